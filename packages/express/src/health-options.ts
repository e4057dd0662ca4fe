import type { IncomingMessage } from "node:http";
import type { ProbeOptions } from "@caretaker/health";

/** `ProbeOptions` of `@caretaker/health` where the request handed to `authorize` is Node's own. */
export type HealthOptions = ProbeOptions<IncomingMessage>;
