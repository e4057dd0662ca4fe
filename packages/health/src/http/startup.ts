import type { Media } from "./negotiate-media.js";
import type { ProbeResponse } from "./probe-response.js";
import { toResponse } from "./to-response.js";

/** The startup answer: 503 until the store was read once, 200 ever after. */
export function startup(loaded: boolean, media: Media): ProbeResponse {
  const verdict = loaded ? "pass" : "fail";
  return toResponse({
    statusCode: loaded ? 200 : 503,
    verdict,
    json: JSON.stringify(loaded ? { status: verdict } : { status: verdict, caretaker: { code: "starting" } }),
    media,
    ageSeconds: 0,
  });
}
