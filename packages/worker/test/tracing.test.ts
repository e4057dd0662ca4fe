import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCheck } from "@caretaker/health";
import { defineTarget, recorderSessions } from "@caretaker/retention";
import { createMemoryJournal, createMemoryLock } from "@caretaker/retention/testing";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { BullMQOtel } from "bullmq-otel";
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type CaretakerWorker, createCleanupClient, startWorker } from "../src/index.ts";

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const exporter = new InMemorySpanExporter();
const place = { redis: process.env["CARETAKER_TEST_REDIS_URL"] ?? "", prefix: `test-${randomUUID().slice(0, 8)}` };
const directory = mkdtempSync(join(tmpdir(), "caretaker-tracing-"));
let worker: CaretakerWorker;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const root = join(directory, "recordings");
  mkdirSync(root);
  worker = await startWorker({
    ...place,
    log: SILENT,
    checks: [defineCheck({ name: "database", every: "1s", run: () => undefined })],
    retention: [defineTarget({ name: "recordings", root, owns: recorderSessions(), keep: { last: 1 } })],
    journal: createMemoryJournal(),
    lock: createMemoryLock(),
    telemetry: new BullMQOtel({ tracerName: "caretaker" }),
  });
});

afterAll(async () => {
  await worker.close();
  trace.disable();
  propagation.disable();
  context.disable();
  rmSync(directory, { recursive: true, force: true });
});

const spans = () => exporter.getFinishedSpans();

it("each run of a check is a span", async () => {
  const runs = () => spans().filter(({ name }) => name === "process checks");
  await waitFor(() => runs().length >= 2, { timeoutMs: 15_000, what: "two runs" });
});

it("a cleanup that was asked for is a part of the trace of whoever asked", async () => {
  const client = createCleanupClient({ ...place, telemetry: new BullMQOtel({ tracerName: "caretaker" }) });
  const tracer = trace.getTracer("release");
  const asked = tracer.startSpan("before the release");
  await context.with(trace.setSpan(context.active(), asked), () =>
    client.requestCleanup("recordings", { dryRun: true, reason: "before the release" }),
  );
  asked.end();
  client.close();
  const { traceId } = asked.spanContext();
  const run = await waitFor(
    () => spans().find((span) => span.name === "process cleanup-recordings" && span.spanContext().traceId === traceId),
    { timeoutMs: 15_000, what: "the span of the run" },
  );
  expect(run?.parentSpanContext?.spanId).toBeDefined();
});
