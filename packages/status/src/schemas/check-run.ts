import { z } from "zod";
import { checkName } from "./values.js";

export const checkRunRequestSchema = z
  .strictObject({ host: z.string().min(1).max(64).optional() })
  .describe("a check that is to run now: on every machine with a worker, or on `host` alone");

export const acceptedCheckRunSchema = z
  .object({ check: checkName, hosts: z.array(z.string()).describe("where it was asked to run; none: in the fleet") })
  .describe("the run a request led to; requests that wait for the same run are one");
