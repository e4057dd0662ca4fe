import { describe, expect, it } from "vitest";
import { createLifecycle } from "../lifecycle.js";
import { createMemorySnapshotSource } from "../testing/memory-snapshot-source.js";
import { type ProbeOptions, readProbeOptions } from "./probe-options.js";

const NEEDED = { source: createMemorySnapshotSource(), lifecycle: createLifecycle(), hostId: "host-a" };

function problemsOf(options: object): unknown {
  try {
    readProbeOptions({ ...NEEDED, ...options } as ProbeOptions);
  } catch (error) {
    return { name: (error as Error).name, ...(error as object) };
  }
  return null;
}

describe("the options of the probes", () => {
  it("have these defaults", () => {
    const { now, onError, ...rest } = readProbeOptions(NEEDED);
    expect(rest).toEqual({
      ...NEEDED,
      detail: "status",
      authorize: null,
      legacyBody: false,
      basePath: "",
      startupGraceMs: 30_000,
      guard: null,
      identity: {},
    });
    expect(Math.abs(now() - performance.now())).toBeLessThan(1_000);
    expect(onError(new Error("nobody listens"))).toBeUndefined();
  });

  it("keep what is said", () => {
    const said = {
      detail: "full",
      authorize: () => true,
      legacyBody: true,
      basePath: "/internal",
      startupGraceMs: 0,
      guard: { decision: () => ({ shared: false, own: false }) },
      now: () => 1,
    } as const;
    const identity = { serviceId: "s", version: "v", releaseId: "r" };
    expect(readProbeOptions({ ...NEEDED, ...said, ...identity })).toMatchObject({ ...said, identity });
  });

  it.each<[object, string]>([
    [{ source: undefined }, "source is undefined; what startSnapshotReader() returns is allowed"],
    [{ source: { current: () => 1 } }, "source is {}; what startSnapshotReader() returns is allowed"],
    [{ lifecycle: null }, "lifecycle is null; what createLifecycle() returns is allowed"],
    [{ hostId: "" }, 'hostId is ""; this machine\'s name is allowed, as its worker has it'],
    [{ hostId: undefined }, "hostId is undefined; this machine's name is allowed, as its worker has it"],
    [{ detail: "ful" }, 'detail is "ful"; allowed: none, status, full'],
    [{ basePath: "internal" }, 'basePath is "internal"; it must begin with "/" and have no query'],
    [{ basePath: "x/internal" }, 'basePath is "x/internal"; it must begin with "/" and have no query'],
    [{ basePath: "/a?b" }, 'basePath is "/a?b"; it must begin with "/" and have no query'],
    [{ basePath: "/a#b" }, 'basePath is "/a#b"; it must begin with "/" and have no query'],
    [{ startupGraceMs: -1 }, "startupGraceMs is -1; 0 or more is allowed"],
    [{ startupGraceMs: Symbol.iterator.description }, 'startupGraceMs is "Symbol.iterator"; 0 or more is allowed'],
    [{ version: "x".repeat(257) }, `version is "${"x".repeat(257)}"; a text of at most 256 characters is allowed`],
    [{ serviceId: 7 }, "serviceId is 7; a text of at most 256 characters is allowed"],
    [{ releaseId: () => 1 }, "releaseId is () => 1; a text of at most 256 characters is allowed"],
  ])("refuse %j by name and rule", (options, problem) => {
    expect(problemsOf(options)).toEqual({
      name: "InvalidProbeOptionsError",
      code: "ERR_INVALID_PROBE_OPTIONS",
      problems: [problem],
    });
  });

  it("allow the edge of each", () => {
    expect(problemsOf({ version: "x".repeat(256), startupGraceMs: 0, basePath: "/" })).toBeNull();
    expect(problemsOf({ basePath: "" })).toBeNull();
  });

  it("cut one slash off the end of a base path, and none off its beginning", () => {
    expect(readProbeOptions({ ...NEEDED, basePath: "/a/b/" }).basePath).toBe("/a/b");
  });
});
