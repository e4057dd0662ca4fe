import { describe, expect, it } from "vitest";
import { type DiskOptions, disk } from "./disk.js";

const signal = new AbortController().signal;
const here = import.meta.dirname;
const noInodes = { warnInodesBelow: "0%", failInodesBelow: "0%" } as const;

describe("disk", () => {
  it.each<[string, string, DiskOptions]>([
    ["passes above both marks", "pass", { warnBelow: "1B", failBelow: "1B", ...noInodes }],
    ["passes above both marks in percent", "pass", { warnBelow: "0%", failBelow: "0%", ...noInodes }],
    ["warns below the first mark", "warn", { warnBelow: "100%", failBelow: "1B", ...noInodes }],
    ["warns below the first mark in bytes", "warn", { warnBelow: "8000TiB", failBelow: "1B", ...noInodes }],
    ["fails below the second", "fail", { warnBelow: "100%", failBelow: "8000TiB", ...noInodes }],
    [
      "fails when inodes run out",
      "fail",
      { warnBelow: "0%", failBelow: "0%", warnInodesBelow: "100%", failInodesBelow: "100%" },
    ],
  ])("%s", async (_title, status, options) => {
    const result = await disk(here, options).run({ signal });
    expect(result).toMatchObject({
      status,
      code: status === "pass" ? "ok" : "threshold",
      measures: {
        freeBytes: { value: expect.any(Number), unit: "bytes" },
        freePercent: { value: expect.any(Number), unit: "%" },
      },
    });
  });

  it("says not_found where there is nothing", async () => {
    expect(await disk("/no/such/directory").run({ signal })).toMatchObject({ status: "fail", code: "not_found" });
  });

  it("ends at once when it is aborted", async () => {
    expect(await disk("/").run({ signal: AbortSignal.abort() })).toMatchObject({ status: "fail", code: "aborted" });
  });
});
