import { describe, expect, it } from "vitest";
import { createMatcher } from "./match-route.js";

const match = createMatcher("");

describe("a probe's URL", () => {
  it.each([
    ["/health", "liveness"],
    ["/livez", "liveness"],
    ["/healthz", "liveness"],
    ["/health/ready", "readiness"],
    ["/readyz", "readiness"],
    ["/health/startup", "startup"],
    ["/startupz", "startup"],
    ["/health/ready/disk", "check"],
  ])("%s is %s, with a query and a trailing slash too", (path, kind) => {
    for (const url of [path, `${path}/`, `${path}?x=1`, `${path}/?x=1`, `${path}?`, `http://host:80${path}`]) {
      expect(match(url)?.kind, url).toBe(kind);
    }
  });

  it.each(["", "/", "//health", "/healthy", "/health/readyz", "/Health", "/x/health", "health", "*"])(
    "%j is none",
    (url) => {
      expect(match(url, "GET")).toBeUndefined();
    },
  );

  it("reads exclude as often as it is given, and verbose", () => {
    expect(match("/readyz?exclude=a&verbose&exclude=b%20c")).toEqual({
      kind: "readiness",
      exclude: ["a", "b c"],
      verbose: true,
    });
  });

  it("survives a query that cannot be decoded", () => {
    expect(match("/readyz?exclude=%E0%A4%A")?.kind).toBe("readiness");
  });

  it("stands under a base path and nowhere else", () => {
    const below = createMatcher("/internal");
    expect(below("/internal/health/ready/disk/")).toMatchObject({ kind: "check", name: "disk" });
    expect(below("/health")).toBeUndefined();
  });

  it("is readiness for OPTIONS *, which is all that Apache's health check sends", () => {
    expect(match("*", "OPTIONS")?.kind).toBe("readiness");
  });
});
