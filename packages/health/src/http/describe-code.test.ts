import { expect, it } from "vitest";
import { CODES } from "../codes.js";
import { describeCode, MAX_OUTPUT_LENGTH } from "./describe-code.js";

it.each(CODES)("%s has a sentence of its own", (code) => {
  const sentence = describeCode("disk", code);
  expect(sentence).toMatch(/^disk [a-zA-Z ]+$/);
  expect(CODES.filter((other) => describeCode("disk", other) === sentence)).toEqual([code]);
});

it("adds the measures with their units", () => {
  const measures = { free: { value: 3, unit: "%" }, jobs: { value: 7, unit: "" } };
  expect(describeCode("disk", "threshold", measures)).toBe("disk is past a threshold: free 3 %, jobs 7");
});

it("lets no text out through a measure or an unknown code", () => {
  const measures = { "a secret": { value: 1, unit: "" }, ok: { value: 1, unit: "sk-secret!" } };
  expect(describeCode("disk", "timeout", measures)).toBe("disk did not answer in time");
  expect(describeCode("disk", "connect ECONNREFUSED db.internal" as "ok")).toBe("disk failed for an internal reason");
  expect(describeCode("disk", "constructor" as "ok")).toBe("disk failed for an internal reason");
});

it("stays within its length", () => {
  const names = Array.from({ length: 8 }, (_, index) => `m${index}${"x".repeat(30)}`);
  const measures = Object.fromEntries(names.map((name) => [name, { value: 1.23456789, unit: "megabytes" }]));
  expect(describeCode("disk", "threshold", measures)).toHaveLength(MAX_OUTPUT_LENGTH);
});
