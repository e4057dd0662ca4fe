import { acceptOf } from "./accept-of.js";
import type { Readiness } from "./assess-readiness.js";
import { chooseDetail } from "./choose-detail.js";
import { type Assessor, createAssessor } from "./create-assessor.js";
import { createReadinessAnswers, type Question } from "./create-readiness-answers.js";
import { DEPRECATION, legacyBody } from "./legacy-body.js";
import { liveness } from "./liveness.js";
import { createMatcher, type Route } from "./match-route.js";
import { isAnswered, METHOD_NOT_ALLOWED } from "./method-not-allowed.js";
import { type Media, negotiateMedia } from "./negotiate-media.js";
import { type ProbeOptions, type ProbeSettings, readProbeOptions } from "./probe-options.js";
import type { ProbeRequest } from "./probe-request.js";
import type { ProbeResponse } from "./probe-response.js";
import { readinessBody } from "./readiness-body.js";
import { startup } from "./startup.js";
import { toResponse } from "./to-response.js";

/** All probes of one instance, as a function from a request to an answer. */
export interface Probes<R extends ProbeRequest = ProbeRequest> {
  /**
   * The answer, or `undefined` where the URL is no probe's. A promise only where `authorize` gave one. Never throws
   * and never rejects. `url` stands in for the request's own where a router has cut that short.
   */
  answer(request: R, url?: string): ProbeResponse | Promise<ProbeResponse> | undefined;
  /** What readiness is made of, every age as of now: for a status page that must say the same as the probe. */
  readiness(): Readiness;
}

/**
 * Probes that answer from memory: no I/O, no lookup, no check is ever run here (health.md §8).
 *
 * @throws {@link InvalidProbeOptionsError} if the options are wrong.
 */
export function createProbes<R extends ProbeRequest>(options: ProbeOptions<R>): Probes<R> {
  const settings = readProbeOptions(options);
  const match = createMatcher(settings.basePath);
  const assessor = createAssessor(settings);
  const { identity, source } = settings;
  const inside: Inside<R> = {
    settings,
    assessor,
    answerReadiness: createReadinessAnswers({ assessor, identity, nowMs: () => source.nowMs() }),
  };
  return {
    answer: (request, url = request.url ?? "") => {
      const route = match(url, request.method);
      if (route === undefined) return undefined;
      return isAnswered(request.method) ? answerSafely({ request, url, route }, inside) : METHOD_NOT_ALLOWED;
    },
    readiness: () => assessor.fresh(),
  };
}

interface Inside<R extends ProbeRequest> {
  readonly settings: ProbeSettings<R>;
  readonly assessor: Assessor;
  readonly answerReadiness: (question: Question) => ProbeResponse;
}

interface Matched<R extends ProbeRequest> {
  readonly request: R;
  readonly url: string;
  readonly route: Route;
}

function answerSafely<R extends ProbeRequest>(
  matched: Matched<R>,
  inside: Inside<R>,
): ProbeResponse | Promise<ProbeResponse> {
  try {
    const response = answerRoute(matched, inside);
    if (!(response instanceof Promise)) return response;
    return response.catch((error: unknown) => crashed(error, inside.settings));
  } catch (error) {
    return crashed(error, inside.settings);
  }
}

function answerRoute<R extends ProbeRequest>(
  { request, url, route }: Matched<R>,
  inside: Inside<R>,
): ProbeResponse | Promise<ProbeResponse> {
  const { settings, answerReadiness } = inside;
  const media = negotiateMedia(acceptOf(request));
  if (route.kind === "liveness") return answerLiveness(route.isCanonical, media, inside);
  if (route.kind === "startup") return startup(settings.source.current().loaded, media);
  const detail = chooseDetail(request, route.verbose, settings);
  if (!(detail instanceof Promise)) return answerReadiness({ url, route, media, detail });
  return detail.then((chosen) => answerReadiness({ url, route, media, detail: chosen }));
}

function answerLiveness<R extends ProbeRequest>(
  isCanonical: boolean,
  media: Media,
  { settings, assessor }: Inside<R>,
): ProbeResponse {
  if (!settings.legacyBody || !isCanonical) return liveness(settings.lifecycle.state(), media);
  const readiness = assessor.current();
  const { verdict } = readiness;
  return toResponse({
    statusCode: 200,
    verdict,
    json: legacyBody(readiness),
    media,
    ageSeconds: null,
    extra: DEPRECATION,
  });
}

/** A probe that broke must take the instance out, not leave it in with the last good answer. */
function crashed<R extends ProbeRequest>(error: unknown, { detail, onError }: ProbeSettings<R>): ProbeResponse {
  onError(error);
  return toResponse({
    statusCode: 503,
    verdict: "fail",
    json: readinessBody({ verdict: "fail", code: "internal", checks: [], detail }),
    media: "json",
    ageSeconds: null,
  });
}
