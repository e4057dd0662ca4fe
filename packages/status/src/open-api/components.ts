import { z } from "zod";
import * as schemas from "../schemas/index.js";

const NAMED = {
  Status: schemas.statusSchema,
  Check: schemas.checkSchema,
  Worker: schemas.workerSchema,
  Queue: schemas.queueSchema,
  Target: schemas.targetSchema,
  Report: schemas.reportSchema,
  StatusChange: schemas.changeSchema,
  Heartbeat: schemas.heartbeatSchema,
  History: schemas.historySchema,
  CheckExplanations: schemas.explainSchema,
  Explanation: schemas.explanationSchema,
  CheckRunRequest: schemas.checkRunRequestSchema,
  AcceptedCheckRun: schemas.acceptedCheckRunSchema,
  RunRequest: schemas.runRequestSchema,
  ConfirmRequest: schemas.confirmRequestSchema,
  RestoreRequest: schemas.restoreRequestSchema,
  CancelRequest: schemas.cancelRequestSchema,
  AcceptedRun: schemas.acceptedRunSchema,
  AcceptedConfirm: schemas.acceptedConfirmSchema,
  AcceptedRestore: schemas.acceptedRestoreSchema,
  CancelledRun: schemas.cancelledRunSchema,
  RunningCleanup: schemas.runningSchema,
  Run: schemas.runSchema,
  Problem: schemas.problemSchema,
} as const;

/** The name of a schema in the document. */
export type ComponentName = keyof typeof NAMED;

/** The schemas as JSON Schema, each referring to the others by name. Fields may be added, so none is forbidden. */
export function componentSchemas(): Readonly<Record<string, unknown>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, {
    target: "draft-2020-12",
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  );
}
