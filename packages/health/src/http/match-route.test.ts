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
    for (const url of [
      path,
      `${path}/`,
      `${path}?x=1`,
      `${path}/?x=1`,
      `${path}?`,
      `http://host:80${path}`,
      `http://host${path}/`,
    ]) {
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

  it("reads verbose of one check, its name, and nothing where there is no query", () => {
    expect(match("/health/ready/disk")).toEqual({ kind: "check", name: "disk", verbose: false });
    expect(match("/health/ready/disk/?verbose")).toEqual({ kind: "check", name: "disk", verbose: true });
    expect(match("/health/ready/?x")).toEqual({ kind: "readiness", exclude: [], verbose: false });
    expect(match("/health/ready")).toEqual({ kind: "readiness", exclude: [], verbose: false });
    expect(match("/readyz/")).toEqual({ kind: "readiness", exclude: [], verbose: false });
    expect(match("/health/ready/a&verbose")).toEqual({ kind: "check", name: "a&verbose", verbose: false });
    expect(match("/health/ready//")).toBeUndefined();
  });

  it("tells the canonical path of liveness from its aliases", () => {
    const canonical = ["/health", "/health/", "/livez", "/healthz"].map((url) => match(url));
    expect(canonical).toEqual([true, true, false, false].map((isCanonical) => ({ kind: "liveness", isCanonical })));
  });

  it("reads two hundred names to exclude and no more", () => {
    const url = `/readyz?${Array.from({ length: 201 }, (_, index) => `exclude=c${index}`).join("&")}`;
    const route = match(url);
    expect(route?.kind === "readiness" && route.exclude.at(-1)).toBe("c199");
  });

  it.each([
    ["https://host/readyz", "readiness"],
    ["HTTP://host/readyz?verbose", "readiness"],
    ["http://a/x?http://b/readyz", undefined],
    ["xhttp://host/readyz", undefined],
    ["ftp://host/readyz", undefined],
    ["http:///readyz", "readiness"],
    ["http://host?/readyz", undefined],
    ["http://host#/readyz", undefined],
  ])("in the whole URL %s is %s", (url, kind) => {
    expect(match(url)?.kind).toBe(kind);
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
