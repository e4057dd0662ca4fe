import { connect } from "node:net";
import { type CheckDefinition, type CheckResult, pass, warn } from "@caretaker/health";
import { type Duration, parseDuration } from "@caretaker/units";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { opened } from "./opened.js";
import { DURATION, HOST, PORT } from "./rules.js";

/** How slow {@link tcp} may be. */
export interface TcpOptions extends CommonOptions {
  /** Default `1s`: a slower connection is a `warn`. */
  readonly maxLatency?: Duration;
}

/**
 * Somebody accepts connections there: else `refused`, `unreachable` or `dns`. Nothing is sent; the connection is closed
 * at once. Measure `latencyMs` (with the resolution of the name). Named `tcp`, fleet scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function tcp(host: string, port: number, options: TcpOptions = {}): CheckDefinition {
  const { maxLatency = "1s" } = options;
  return declareCheck({
    defaults: { name: "tcp" },
    given: { host, port, ...options },
    rules: { host: { ...HOST, required: true }, port: { ...PORT, required: true }, maxLatency: DURATION },
    run: async ({ signal }) => judge(await latencyOf(host, port, signal), parseDuration(maxLatency)),
  });
}

async function latencyOf(host: string, port: number, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const socket = connect({ host, port });
  try {
    return await opened(socket, "connect", signal);
  } finally {
    socket.destroy();
  }
}

function judge(latencyMs: number, maxLatencyMs: number): CheckResult {
  const measures = { latencyMs: { value: Math.round(latencyMs * 10) / 10, unit: "ms" } };
  return latencyMs > maxLatencyMs ? warn("threshold", measures) : pass(measures);
}
