import type { Verdict } from "../verdict.js";
import type { Media } from "./negotiate-media.js";
import type { ProbeResponse } from "./probe-response.js";

/** What one answer says, before it is put into a form. `ageSeconds` is left out of the headers where it is `null`. */
export interface Answer {
  readonly statusCode: 200 | 404 | 503;
  readonly verdict: Verdict;
  readonly json: string;
  readonly media: Media;
  readonly ageSeconds: number | null;
  /** Further headers, flat. */
  readonly extra?: readonly string[];
}

/** How long a client should wait before it asks again after a 503, in seconds: shorter than any balancer's interval. */
const RETRY_AFTER_SECONDS = 5;

/** A body up to this many bytes is text. */
const MAX_TEXT_BYTES = 2_048;

/** Ends the connection: on a draining server each kept-alive probe connection would hold up `server.close()`. */
export const CLOSE: readonly string[] = ["Connection", "close"];

const CONTENT_TYPES: Readonly<Record<Media, string>> = {
  "health+json": "application/health+json",
  json: "application/json",
  text: "text/plain; charset=utf-8",
};

/** The answer with its headers (health.md §8): in text it is the verdict, one word. */
export function toResponse(answer: Answer): ProbeResponse {
  const body = toBody(answer.media === "text" ? answer.verdict : answer.json);
  return { statusCode: answer.statusCode, headers: headersOf(answer, body.length), body };
}

// Measured: a short text is cheapest in one piece with the headers; a long one costs more to put together than to send apart.
function toBody(text: string): string | Buffer {
  const bytes = Buffer.from(text);
  return bytes.length === text.length && bytes.length <= MAX_TEXT_BYTES ? text : bytes;
}

/** The same answer at another age; the body is shared, not copied. */
export function atAge(response: ProbeResponse, answer: Answer): ProbeResponse {
  return { ...response, headers: headersOf(answer, response.body.length) };
}

function headersOf({ statusCode, verdict, media, ageSeconds, extra = [] }: Answer, sizeBytes: number): string[] {
  return [
    "Content-Type",
    CONTENT_TYPES[media],
    "Content-Length",
    String(sizeBytes),
    "Cache-Control",
    "no-store",
    "Vary",
    "Accept",
    "X-Content-Type-Options",
    "nosniff",
    "X-Health-Status",
    verdict,
    ...(ageSeconds === null ? [] : ["X-Health-Age", String(ageSeconds)]),
    ...(statusCode === 503 ? ["Retry-After", String(RETRY_AFTER_SECONDS)] : []),
    ...extra,
  ];
}
