import { describe, expect, it } from "vitest";
import type { Answer } from "./exchange.mjs";
import { keysIn, smokeChecks } from "./smoke-checks.mjs";

const headers = { "cache-control": "no-store", "content-length": "17", allow: "GET, HEAD, OPTIONS" };
const pass: Answer = { status: 200, headers, body: '{"status":"pass"}', tookMs: 1 };
const fail: Answer = { ...pass, status: 503, body: '{"status":"fail"}' };

function healthy(_path: string, method = "GET"): Answer {
  if (method === "HEAD") return { ...pass, body: "" };
  return method === "DELETE" ? { ...pass, status: 405 } : pass;
}

async function failures(answer: (path: string, method?: string) => Answer): Promise<string[]> {
  const results = await Promise.all(
    smokeChecks.map(async ({ name, check }) => ({
      name,
      problem: await check(async (path, method) => answer(path, method)),
    })),
  );
  return results.filter(({ problem }) => problem !== undefined).map(({ name, problem }) => `${name}: ${problem}`);
}

describe("the smoke checklist", () => {
  it("is all ok on a healthy system, and on one that is not ready and says so everywhere", async () => {
    expect(await failures(healthy)).toEqual([]);
    const notReady = (path: string, method?: string) => {
      if (path !== "/health/ready" || method === "DELETE") return healthy(path, method);
      return method === "HEAD" ? { ...fail, body: "" } : fail;
    };
    expect(await failures(notReady)).toEqual([]);
  });

  it("takes the old format of /health where that says it is going, and nowhere else", async () => {
    const old = (announced: object) => (path: string, method?: string) =>
      path === "/health" && method === undefined
        ? { ...pass, headers: { ...headers, ...announced }, body: '{"status":"degraded","components":{}}' }
        : healthy(path, method);
    expect(await failures(old({ deprecation: "@1795478400" }))).toEqual([]);
    expect(await failures(old({}))).toEqual([expect.stringContaining("its body says degraded")]);
  });

  it.each([
    [
      "a dead server that OPTIONS calls healthy",
      (_: string, method?: string) =>
        method === "OPTIONS"
          ? pass
          : method === "DELETE"
            ? healthy(_, method)
            : { ...fail, body: method === "HEAD" ? "" : fail.body },
      "OPTIONS /health answered 200, GET 503",
    ],
    [
      "a body that contradicts the status",
      (path: string, method?: string) =>
        path === "/health/ready" && method === undefined
          ? { ...pass, body: '{"status":"fail"}' }
          : healthy(path, method),
      "it answered 200 with the status fail",
    ],
    [
      "an answer a cache may keep",
      (path: string, method?: string) => ({
        ...healthy(path, method),
        headers: { ...headers, "cache-control": "max-age=5" },
      }),
      "has Cache-Control max-age=5",
    ],
    ["a slow probe", (path: string, method?: string) => ({ ...healthy(path, method), tookMs: 1001 }), "took 1001 ms"],
    [
      "a HEAD with a body",
      (path: string, method?: string) => (method === "HEAD" ? pass : healthy(path, method)),
      "has a body",
    ],
    [
      "a key",
      (path: string, method?: string) =>
        path === "/metrics" ? { ...pass, body: "key sk-abcdefghijklmnop1234" } : healthy(path, method),
      "/metrics shows an OpenAI key",
    ],
  ])("finds %s", async (_name, answer, problem) => {
    expect((await failures(answer)).join("\n")).toContain(problem);
  });
});

describe("the search for keys", () => {
  it("names what is shown and never shows it", () => {
    const env = { OPENAI_API_KEY: "verysecretvalue", ADMIN_TOKEN: "short", HOME: "/home/someone" };
    expect(keysIn("… verysecretvalue short /home/someone", env)).toEqual(["the value of OPENAI_API_KEY"]);
    expect(keysIn("redis://:secret@127.0.0.1:1", {})).toEqual(["a password in an address"]);
    expect(keysIn("redis://:***@127.0.0.1:1 http://host/path@x", {})).toEqual([]);
  });
});
