import type { CheckEvaluation } from "../evaluate.js";
import type { State } from "../state.js";
import type { Verdict } from "../verdict.js";
import type { Readiness } from "./assess-readiness.js";
import type { CheckEntry } from "./check-entries.js";
import { describeCode } from "./describe-code.js";
import { type CheckBlock, fitChecks } from "./fit-checks.js";
import { MAX_BODY_BYTES } from "./readiness-body.js";

/** When the old answer began to be deprecated, as RFC 9745 writes it. */
export const DEPRECATION: readonly string[] = ["Deprecation", `@${Date.UTC(2026, 10, 24) / 1_000}`];

const HEAD_BYTES = 64;

const STATUS_OF_VERDICT: Readonly<Record<Verdict, string>> = { pass: "ok", warn: "degraded", fail: "down" };

const STATUS_OF_STATE: Readonly<Record<State, string>> = {
  up: "ok",
  degraded: "degraded",
  down: "down",
  unknown: "degraded",
};

/** The body of the old `/health`, for clients that still read it: from memory, and with sentences of ours only. */
export function legacyBody({ verdict, checks }: Pick<Readiness, "verdict" | "checks">): string {
  const blocks = checks
    .filter(({ counted }) => counted)
    .map((check): CheckBlock => ({ check, entries: [[check.name, componentOf(check)]] }));
  const fitting = Object.entries(fitChecks(blocks, MAX_BODY_BYTES - HEAD_BYTES).checks);
  // The old format has one component a name; the worst of several results comes first.
  const components = Object.fromEntries(fitting.map(([name, [worst]]) => [name, worst]));
  return JSON.stringify({ status: STATUS_OF_VERDICT[verdict], components });
}

function componentOf({ name, state, code, durationMs }: CheckEvaluation): CheckEntry {
  return { status: STATUS_OF_STATE[state], message: describeCode(name, code), latency_ms: durationMs };
}
