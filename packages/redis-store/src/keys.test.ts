import { describe, expect, it } from "vitest";
import { createKeys } from "./keys.js";

describe("createKeys", () => {
  const { lease, reports, ...fixed } = createKeys("rdy");
  const all = [...Object.values(fixed), lease("db"), lease("db@host-a"), reports("rec"), reports("db")];

  it("puts every key of a prefix into one Cluster slot", () => {
    for (const key of all) expect(key).toMatch(/^\{rdy\}:/);
  });

  it("names no two things alike", () => {
    expect(new Set(all).size).toBe(all.length);
  });
});
