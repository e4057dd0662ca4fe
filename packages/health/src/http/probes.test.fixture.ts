import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, expect } from "vitest";
import { createLifecycle, type Lifecycle } from "../lifecycle.js";
import { createMemorySnapshotSource, type MemorySnapshotSource } from "../testing/memory-snapshot-source.js";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { createProbes } from "./create-probes.js";
import type { ProbeOptions } from "./probe-options.js";
import type { ProbeResponse } from "./probe-response.js";

/** The published schema of the readiness body. */
export const schema = JSON.parse(readFileSync(new URL("../../schema/readiness.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

/** Redis time when a test begins. */
export const START_MS = 1_000_000_000_000;
export const HOST = "host-a.internal";

/** What the probes of a test speak for: made anew before each. */
export const service: { source: MemorySnapshotSource; lifecycle: Lifecycle; monotonicMs: number } = anew();

beforeEach(() => {
  Object.assign(service, anew());
});

function anew() {
  return { source: createMemorySnapshotSource({}, START_MS), lifecycle: createLifecycle(), monotonicMs: 0 };
}

/** Probes of {@link service}. */
export function probesWith(options: Partial<ProbeOptions> = {}) {
  const { source, lifecycle } = service;
  return createProbes({ source, lifecycle, hostId: HOST, now: () => service.monotonicMs, ...options });
}

/** The answer to a GET that needs no waiting. */
export function ask(
  probes: ReturnType<typeof probesWith>,
  url: string,
  headers: Record<string, string> = {},
): ProbeResponse {
  const answer = probes.answer({ method: "GET", url, headers });
  if (answer === undefined || answer instanceof Promise) throw new Error(`${url} gave no immediate answer`);
  return answer;
}

/** The body of a readiness answer that fits the schema, its bound and its header. */
export function bodyOf(response: ProbeResponse) {
  const body = JSON.parse(response.body.toString());
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  expect(response.body.length).toBeLessThanOrEqual(16 * 1024);
  expect(response.headers.join()).toContain(`X-Health-Status,${body.status}`);
  return body;
}

/** The value of a header by its exact name. */
export function header(response: ProbeResponse, name: string): string | undefined {
  const index = response.headers.findIndex((text, position) => position % 2 === 0 && text === name);
  return index === -1 ? undefined : response.headers[index + 1];
}

/** Lets the store hold these checks, each with an outcome that fits its state. */
export function putChecks(...checks: { name: string; state: "up" | "degraded" | "down"; critical?: boolean }[]) {
  service.source.set({
    specs: new Map(checks.map(({ name, critical = false }) => [name, sampleSpec(name, { critical })])),
    records: checks.map(({ name, state }) => sampleRecord(name, { state, outcome: OUTCOMES[state] })),
  });
}

/** One outcome for each state. */
export const OUTCOMES = {
  up: { status: "pass", code: "ok", durationMs: 3, measures: { free: { value: 90, unit: "%" } } },
  degraded: { status: "warn", code: "threshold", durationMs: 3, measures: { free: { value: 4, unit: "%" } } },
  down: { status: "fail", code: "refused", durationMs: 3, measures: {} },
} as const;
