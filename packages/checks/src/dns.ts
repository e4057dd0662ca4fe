import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { type CheckDefinition, type CheckResult, type Code, fail, pass } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { HOST, type Rule } from "./rules.js";

/** The kinds of record {@link dns} can ask for. */
export type DnsRecordType = "A" | "AAAA" | "CNAME" | "MX" | "NS" | "SRV" | "TXT";

/** What to ask, and whom. */
export interface DnsOptions extends CommonOptions {
  /** Default `A`. */
  readonly type?: DnsRecordType;
  /** Addresses of name servers, with a port if it is not 53. Default those of the system. */
  readonly servers?: readonly string[];
}

const TYPES = ["A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT"];
// Datagrams get lost, so each server is asked twice, and the second time may take twice as long. Node looks at its
// clock only once per such wait, so that both come to five.
const TRIES = 2;
const WAITS = 5;

const RULES: Readonly<Record<string, Rule>> = {
  hostname: { ...HOST, required: true },
  type: { allowed: TYPES.join(", "), allows: (value) => TYPES.includes(`${value}`) },
  servers: { allowed: "a list of addresses such as 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53", allows: isServers },
};

// c-ares has error codes of its own: https://nodejs.org/api/dns.html#error-codes
const BY_ERROR: Readonly<Record<string, Code>> = {
  ENODATA: "dns",
  ESERVFAIL: "dns",
  EFORMERR: "dns",
  EREFUSED: "dns",
  ENOTIMP: "dns",
  EBADRESP: "dns",
  EBADNAME: "dns",
  ETIMEOUT: "timeout",
  ECANCELLED: "aborted",
};

/**
 * A name has records of a type: else `dns`, or `timeout` and `refused` when the name servers do not answer. They are
 * asked directly: `/etc/hosts` and the system's cache are not consulted. Measures `latencyMs`, `records`. Named `dns`,
 * host scope, since each machine has name servers of its own.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function dns(hostname: string, options: DnsOptions = {}): CheckDefinition {
  const definition: CheckDefinition = declareCheck({
    defaults: { name: "dns", scope: "host" },
    given: { hostname, ...options },
    rules: RULES,
    run: ({ signal }) => resolve(hostname, options, { signal, timeoutMs: definition.timeoutMs }),
    codeOf: (error) => BY_ERROR[`${(error as { code?: unknown }).code}`],
  });
  return definition;
}

interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

async function resolve(
  hostname: string,
  { type = "A", servers }: DnsOptions,
  { signal, timeoutMs }: Limits,
): Promise<CheckResult> {
  signal.throwIfAborted();
  // A silent server is given up a moment before the run is, so that the next one, if any, is asked.
  const perServerMs = timeoutMs / (servers?.length ?? 1);
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor((0.9 * perServerMs) / WAITS)), tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const startedMs = performance.now();
  try {
    const records = await abortable<unknown>(resolver.resolve(hostname, type), signal);
    const count = Array.isArray(records) ? records.length : 1;
    const measures = {
      latencyMs: { value: Math.round((performance.now() - startedMs) * 10) / 10, unit: "ms" },
      records: { value: count, unit: "" },
    };
    return count > 0 ? pass(measures) : fail("dns", { measures });
  } finally {
    resolver.cancel();
  }
}

function isServers(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isServer);
}

function isServer(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const [, bracketed, plain, port] = /^(?:\[([\da-f:]+)\]|([\d.]+))(?::(\d{1,5}))?$/i.exec(value) ?? [];
  return isIP(bracketed ?? plain ?? value) !== 0 && Number(port ?? 53) <= 65_535;
}
