import type { LifecycleState } from "../lifecycle.js";
import type { Media } from "./negotiate-media.js";
import type { ProbeResponse } from "./probe-response.js";
import { CLOSE, toResponse } from "./to-response.js";

/** The liveness answer: constant and built beforehand, so that nothing but a dead process can stop it (health.md §8). */
export function liveness(state: LifecycleState, media: Media): ProbeResponse {
  return ANSWERS[state][media];
}

const ANSWERS: Readonly<Record<LifecycleState, Readonly<Record<Media, ProbeResponse>>>> = {
  starting: inEveryForm("starting"),
  ready: inEveryForm("ready"),
  draining: inEveryForm("draining"),
};

function inEveryForm(state: LifecycleState): Readonly<Record<Media, ProbeResponse>> {
  return { "health+json": build(state, "health+json"), json: build(state, "json"), text: build(state, "text") };
}

function build(state: LifecycleState, media: Media): ProbeResponse {
  return toResponse({
    statusCode: 200,
    verdict: "pass",
    json: JSON.stringify({ status: "pass", state }),
    media,
    ageSeconds: 0,
    extra: state === "draining" ? CLOSE : [],
  });
}
