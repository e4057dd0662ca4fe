import type { Readiness } from "./assess-readiness.js";
import type { Assessor } from "./create-assessor.js";
import type { Media } from "./negotiate-media.js";
import type { ProbeResponse } from "./probe-response.js";
import { type Detail, readinessBody, type ServiceIdentity } from "./readiness-body.js";
import { type ReadinessRoute, selectContent } from "./select-content.js";
import { type Answer, atAge, CLOSE, toResponse } from "./to-response.js";

/** One readiness question. `url` is only a key: equal URLs have equal answers. */
export interface Question {
  readonly url: string;
  readonly route: ReadinessRoute;
  readonly media: Media;
  readonly detail: Detail;
}

/** Where the answers come from. */
export interface ReadinessAnswersOptions {
  readonly assessor: Assessor;
  readonly nowMs: () => number;
  readonly identity: ServiceIdentity;
}

/** Any client can invent URLs; past this many different ones between two changes they are answered, not remembered. */
const MAX_REMEMBERED = 64;

/** A function that answers readiness questions and remembers each answer until the readiness changes or it ages a second. */
export function createReadinessAnswers(options: ReadinessAnswersOptions): (question: Question) => ProbeResponse {
  const { assessor, nowMs } = options;
  const remembered = { "health+json": new Map(), json: new Map(), text: new Map() } satisfies Memory;
  let from: Readiness | undefined;
  return (question) => {
    // Full detail holds the age of every result, so there is nothing about it to remember.
    if (question.detail === "full") return render(assessor.fresh(), question, options).response;
    // A probe reads the clock once: that costs as much as all the rest of a remembered answer.
    const atMs = nowMs();
    const readiness = assessor.current(atMs);
    if (readiness !== from) for (const answers of Object.values(remembered)) answers.clear();
    from = readiness;
    return recall(remembered[question.media], question.url, atMs) ?? remember(remembered, question, options);
  };
}

type Memory = Record<Media, Map<string, Rendered>>;

interface Rendered {
  readonly answer: Answer;
  readonly response: ProbeResponse;
  readonly oldestAtMs: number | null;
}

function recall(answers: Map<string, Rendered>, url: string, nowMs: number): ProbeResponse | undefined {
  const known = answers.get(url);
  if (known === undefined) return undefined;
  const ageSeconds = ageInSeconds(known.oldestAtMs, nowMs);
  if (ageSeconds === known.answer.ageSeconds) return known.response;
  const answer = { ...known.answer, ageSeconds };
  const response = atAge(known.response, answer);
  answers.set(url, { ...known, answer, response });
  return response;
}

function remember(memory: Memory, question: Question, options: ReadinessAnswersOptions): ProbeResponse {
  const rendered = render(options.assessor.current(), question, options);
  const answers = memory[question.media];
  if (answers.size < MAX_REMEMBERED) answers.set(question.url, rendered);
  return rendered.response;
}

function render(readiness: Readiness, question: Question, { nowMs, identity }: ReadinessAnswersOptions): Rendered {
  const { route, media, detail } = question;
  const { statusCode, oldestAtMs, ...content } = selectContent(readiness, route);
  const answer: Answer = {
    statusCode,
    verdict: content.verdict,
    json: readinessBody({ ...content, explained: route.kind === "check", detail, identity }),
    media,
    ageSeconds: ageInSeconds(oldestAtMs, nowMs()),
    extra: readiness.lifecycle === "draining" ? CLOSE : [],
  };
  return { answer, response: toResponse(answer), oldestAtMs };
}

function ageInSeconds(atMs: number | null, nowMs: number): number | null {
  return atMs === null ? null : Math.max(0, Math.floor((nowMs - atMs) / 1_000));
}
