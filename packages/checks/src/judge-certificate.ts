import { type CheckResult, fail, pass, warn } from "@caretaker/health";

/** What a TLS handshake showed. */
export interface SeenCertificate {
  readonly latencyMs: number;
  /** The end of its validity in epoch ms, or NaN where the server showed none. */
  readonly endsAtMs: number;
  /** Why it is not trusted for this host (OpenSSL's or Node's code); `null` when it is. */
  readonly problem: string | null;
}

interface Marks {
  readonly warnBeforeMs: number;
  readonly failBeforeMs: number;
}

const DAY_MS = 86_400_000;

/** `tls` for a certificate that is not trusted, `threshold` for one that has no more than a mark left. */
export function judgeCertificate(seen: SeenCertificate, marks: Marks, nowMs: number): CheckResult {
  const leftMs = seen.endsAtMs - nowMs;
  const measures = {
    ...(Number.isFinite(leftMs) ? { daysLeft: { value: Math.floor(leftMs / DAY_MS), unit: "" } } : {}),
    latencyMs: { value: Math.round(seen.latencyMs * 10) / 10, unit: "ms" },
  };
  if (seen.problem !== null) return fail("tls", { measures, error: new Error(`not trusted: ${seen.problem}`) });
  if (!Number.isFinite(leftMs)) return fail("tls", { measures, error: new Error("the server showed no certificate") });
  if (leftMs <= marks.failBeforeMs) return fail("threshold", { measures });
  return leftMs <= marks.warnBeforeMs ? warn("threshold", measures) : pass(measures);
}
