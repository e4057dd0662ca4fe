import type { ProbeResponse } from "./probe-response.js";

const ALLOWED = ["GET", "HEAD", "OPTIONS"];

/** Whether a probe answers this method with its status; OPTIONS is one, because HAProxy's plain check sends it. */
export function isAnswered(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/** The answer to every other method. It says nothing about health, so it carries no verdict. */
export const METHOD_NOT_ALLOWED: ProbeResponse = {
  statusCode: 405,
  headers: [
    "Allow",
    ALLOWED.join(", "),
    "Content-Length",
    "0",
    "Cache-Control",
    "no-store",
    "X-Content-Type-Options",
    "nosniff",
  ],
  body: "",
};
