import { z } from "zod";

export const problemSchema = z
  .object({ status: z.number(), code: z.string().describe("stable, for programs"), detail: z.string() })
  .describe("why a request was refused (RFC 9457)");
