import type { z } from "zod";
import type * as schemas from "./schemas/index.js";

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

type Told<Name extends keyof typeof schemas> = DeepReadonly<z.output<(typeof schemas)[Name]>>;

/** What `GET /status` answers, and the event `status` of `/status/events`. */
export interface Status extends Told<"statusSchema"> {}

/** One check and, with host scope, one machine. */
export interface CheckStatus extends Told<"checkSchema"> {}

/** One worker. */
export interface WorkerStatus extends Told<"workerSchema"> {}

/** One queue, as a worker that serves it counted it last. */
export interface QueueStatus extends Told<"queueSchema"> {}

/** One retention target with its newest reports first; also what `GET /retention/<target>/runs` answers. */
export interface TargetStatus extends Told<"targetSchema"> {}

/** What one cleanup run did. */
export interface RunReport extends Told<"reportSchema"> {}

/** The event `change` of `/status/events`: {@link applyChange} makes the next status of it. */
export interface StatusChange extends Told<"changeSchema"> {}

/** The event `heartbeat` of `/status/events`. */
export interface Heartbeat extends Told<"heartbeatSchema"> {}

/** How far back a history goes. */
export type HistoryRange = Told<"rangeSchema">;

/** What `GET /status/history` answers. */
export interface History extends Told<"historySchema"> {}

/** The strip of one check and machine. */
export type Strip = History["strips"][number];

/** One change of state, with its end. */
export type Transition = History["transitions"][number];

/** What `GET /status/explain/<check>` answers. */
export interface CheckExplanations extends Told<"explainSchema"> {}

/** What `POST /checks/<check>/runs` takes. */
export interface CheckRunRequest extends DeepReadonly<z.input<typeof schemas.checkRunRequestSchema>> {}

/** What it answers. */
export interface AcceptedCheckRun extends Told<"acceptedCheckRunSchema"> {}

/** What `POST /retention/<target>/runs` takes. */
export interface RunRequest extends DeepReadonly<z.input<typeof schemas.runRequestSchema>> {}

/** What it answers. */
export interface AcceptedRun extends Told<"acceptedRunSchema"> {}

/** What `POST /retention/<target>/confirm` takes. */
export interface ConfirmRequest extends DeepReadonly<z.input<typeof schemas.confirmRequestSchema>> {}

/** What it answers. */
export interface AcceptedConfirm extends Told<"acceptedConfirmSchema"> {}

/** What `POST /retention/<target>/restore` takes. */
export interface RestoreRequest extends DeepReadonly<z.input<typeof schemas.restoreRequestSchema>> {}

/** What it answers. */
export interface AcceptedRestore extends Told<"acceptedRestoreSchema"> {}

/** What `DELETE /retention/<target>/runs/<id>` takes. */
export interface CancelRequest extends DeepReadonly<z.input<typeof schemas.cancelRequestSchema>> {}

/** What it answers. */
export interface CancelledRun extends Told<"cancelledRunSchema"> {}

/** What `GET /retention/<target>/runs/<id>` answers. */
export interface Run extends Told<"runSchema"> {}

/** What every refusal answers, as `application/problem+json`. */
export interface Problem extends Told<"problemSchema"> {}
