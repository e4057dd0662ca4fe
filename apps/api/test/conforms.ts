import { expect } from "vitest";
import type { z } from "zod";

/** Fails unless an answer is what its schema says, and holds nothing that the schema does not know. */
export function expectConforms(schema: z.ZodType, body: unknown): void {
  expect(schema.parse(body)).toEqual(body);
}
