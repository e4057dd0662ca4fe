import { expect, it } from "vitest";
import * as contents from "./index.js";
import * as schemas from "./schemas/index.js";

it("exports exactly this", () => {
  expect(Object.keys(contents).sort()).toEqual(["applyChange"]);
});

it("exports exactly these schemas", () => {
  expect(Object.keys(schemas).sort()).toEqual([
    "acceptedCheckRunSchema",
    "acceptedConfirmSchema",
    "acceptedRestoreSchema",
    "acceptedRunSchema",
    "cancelRequestSchema",
    "cancelledRunSchema",
    "changeSchema",
    "checkRunRequestSchema",
    "checkSchema",
    "confirmRequestSchema",
    "explainSchema",
    "explanationSchema",
    "heartbeatSchema",
    "historySchema",
    "problemSchema",
    "queueSchema",
    "rangeSchema",
    "reportSchema",
    "restoreRequestSchema",
    "runRequestSchema",
    "runSchema",
    "runningSchema",
    "statusSchema",
    "targetSchema",
    "workerSchema",
  ]);
});
