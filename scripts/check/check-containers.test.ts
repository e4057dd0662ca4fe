import { describe, expect, it } from "vitest";
import { composeProblems, dockerfileProblems } from "./check-containers.mjs";

const good = {
  image: "redis:7.4.2-bookworm",
  healthcheck: { test: ["CMD", "redis-cli", "ping"] },
  user: "999:999",
  read_only: true,
  init: true,
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
  stop_grace_period: "20s",
};

describe("the rules for a compose service", () => {
  it("pass one that keeps them, also when it is built here", () => {
    const { image, ...built } = good;
    expect(composeProblems({ services: { redis: good, api: { ...built, build: "." } } })).toEqual([]);
    expect(composeProblems({ services: { redis: { ...good, image: `redis@sha256:${"0".repeat(64)}` } } })).toEqual([]);
    expect(image).toBeDefined();
  });

  it.each([
    [{ image: "redis" }, "image redis is not pinned to a version"],
    [{ image: "redis:latest" }, "image redis:latest is not pinned to a version"],
    [{ image: "redis:7" }, "image redis:7 is not pinned to a version"],
    [{ healthcheck: {} }, "has no healthcheck"],
    [{ user: "0:0" }, "names no user, or root"],
    [{ user: "root" }, "names no user, or root"],
    [{ read_only: false }, "is not read_only"],
    [{ init: false }, "has no init"],
    [{ cap_drop: [] }, "does not drop all capabilities"],
    [{ security_opt: [] }, "allows new privileges"],
  ])("find %j", (change, problem) => {
    expect(composeProblems({ services: { redis: { ...good, ...change } } })).toEqual([`redis: ${problem}`]);
  });

  it("find a file without services", () => {
    expect(composeProblems({})).toEqual(["has no services"]);
  });
});

describe("the rules for a Dockerfile", () => {
  const last = "FROM node:20.20.2-bookworm-slim\nUSER node\nHEALTHCHECK CMD true\n";

  it("pass stages built on stages", () => {
    expect(dockerfileProblems(`FROM node:20.20.2-slim AS base\nFROM base AS build\nRUN true\n${last}`)).toEqual([]);
  });

  it.each([
    [last.replace(":20.20.2-bookworm-slim", ""), "image node is not pinned to a version"],
    [last.replace("USER node\n", ""), "its last stage runs as root"],
    [last.replace("USER node", "USER root:root"), "its last stage runs as root"],
    [last.replace("HEALTHCHECK CMD true\n", ""), "its last stage has no HEALTHCHECK"],
    // What an earlier stage sets does not hold for the last one.
    [`FROM node:20.20.2 AS b\nUSER node\n${last.replace("USER node\n", "")}`, "its last stage runs as root"],
  ])("find what is wrong with %j", (content, problem) => {
    expect(dockerfileProblems(content)).toEqual([problem]);
  });
});
