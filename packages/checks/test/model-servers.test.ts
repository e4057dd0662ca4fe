import { createServer, type RequestListener } from "node:http";
import type { CheckDefinition } from "@caretaker/health";
import { afterEach, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { ollama } from "../src/ollama.js";
import { openAiCompatible } from "../src/open-ai-compatible.js";
import { createLoopback } from "./loopback.ts";
import { runAlone } from "./run-alone.ts";

const signal = new AbortController().signal;
const loopback = createLoopback();
afterEach(() => loopback.close());

const OLLAMA = { models: [{ name: "llama3.2:latest", size: 2 }, { name: "qwen3:8b" }] };
const OPENAI = { object: "list", data: [{ id: "qwen/qwen3-8b", object: "model" }, { id: "nomic-embed" }] };

async function urlOf(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await loopback.listen(createServer(listener))}`;
}

function answering(status: number, body: unknown): RequestListener {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (_request, response) => void response.writeHead(status, { "content-type": "application/json" }).end(text);
}

/** Answers on one path only, as the real ones do. */
function at(path: string, body: unknown): RequestListener {
  return (request, response) => answering(request.url === path ? 200 : 404, body)(request, response);
}

describe("ollama", () => {
  it.each([
    [undefined, "ok"],
    ["llama3.2", "ok"],
    ["llama3.2:latest", "ok"],
    ["qwen3:8b", "ok"],
    ["qwen3", "not_found"],
    ["llama3", "not_found"],
  ])("asked for %s says %s", async (model, code) => {
    const url = await urlOf(at("/api/tags", OLLAMA));
    for (const each of [url, `${url}/`]) {
      const result = await ollama({ url: each, ...(model === undefined ? {} : { model }) }).run({ signal });
      expect(result).toEqual({
        status: code === "ok" ? "pass" : "fail",
        code,
        measures: { latencyMs: { value: expect.any(Number), unit: "ms" }, models: { value: 2, unit: "" } },
      });
    }
  });
});

describe("openAiCompatible", () => {
  it.each([
    [undefined, "ok"],
    ["qwen/qwen3-8b", "ok"],
    ["qwen3-8b", "not_found"],
  ])("asked for %s says %s", async (model, code) => {
    const url = await urlOf(at("/v1/models", OPENAI));
    const result = await openAiCompatible(`${url}/v1`, model === undefined ? {} : { model }).run({ signal });
    expect(result).toMatchObject({ status: code === "ok" ? "pass" : "fail", code, measures: { models: { value: 2 } } });
  });

  it("sends the key it gets at each run, and shows it to nobody", async () => {
    const seen: unknown[] = [];
    const url = await urlOf((request, response) => {
      seen.push(request.headers["authorization"]);
      answering(request.headers["authorization"] === "Bearer canary-2" ? 200 : 401, OPENAI)(request, response);
    });
    const keys = ["canary-1\n", "canary-2"];
    const check = openAiCompatible(url, { key: async () => keys.shift() });
    const results = [await check.run({ signal }), await check.run({ signal })];
    expect(results).toMatchObject([
      { status: "fail", code: "unauthorized" },
      { status: "pass", code: "ok" },
    ]);
    expect(seen).toEqual(["Bearer canary-1", "Bearer canary-2"]);
    expect(JSON.stringify([results, check])).not.toContain("canary");
  });

  it.each([undefined, "", " ", "ca na\nry"])(
    "says not_configured, and does not ask, when the key is %j",
    async (key) => {
      let isAsked = false;
      const url = await urlOf(() => {
        isAsked = true;
      });
      expect(await openAiCompatible(url, { key: () => key }).run({ signal })).toEqual({
        status: "fail",
        code: "not_configured",
      });
      expect(isAsked).toBe(false);
    },
  );

  it("takes the code of what the getter throws, and leaves one that hangs", async () => {
    const url = await urlOf(answering(200, OPENAI));
    const throwing = openAiCompatible(url, {
      key: () => {
        throw Object.assign(new Error("canary"), { code: "ENOENT" });
      },
    });
    expect(await throwing.run({ signal })).toMatchObject({ status: "fail", code: "not_found" });
    const hanging = openAiCompatible(url, { key: () => new Promise(() => {}) });
    expect(await hanging.run({ signal: AbortSignal.timeout(20) })).toMatchObject({ status: "fail", code: "timeout" });
  });

  it("does not follow a redirect, which would take the key along", async () => {
    let isFollowed = false;
    const target = await urlOf(() => {
      isFollowed = true;
    });
    const url = await urlOf((_request, response) => void response.writeHead(307, { location: target }).end());
    const result = await openAiCompatible(url, { key: () => "canary" }).run({ signal });
    expect(result).toMatchObject({ status: "fail", code: "bad_status" });
    expect(isFollowed).toBe(false);
  });
});

const KINDS: [string, (url: string) => CheckDefinition][] = [
  ["ollama", (url) => ollama({ url })],
  ["openAiCompatible", (url) => openAiCompatible(url)],
];

describe.each(KINDS)("%s", (_kind, make) => {
  it.each<[string, RequestListener, string]>([
    ["an error of the server", answering(500, OPENAI), "bad_status"],
    ["401", answering(401, {}), "unauthorized"],
    ["a page", answering(200, "<html>"), "bad_body"],
    ["null", answering(200, "null"), "bad_body"],
    ["no list", answering(200, { models: "canary", data: {} }), "bad_body"],
    ["a list too long to read", answering(200, JSON.stringify(["x".repeat(1_100_000)])), "bad_body"],
  ])("says for %s: %3$s", async (_title, listener, code) => {
    const result = await make(await urlOf(listener)).run({ signal });
    expect(result).toMatchObject({ status: "fail", code, measures: { latencyMs: { unit: "ms" } } });
    expect(JSON.stringify(result)).not.toContain("canary");
  });

  it("passes for an empty list, and for one with entries that are none", async () => {
    const url = await urlOf(answering(200, { models: [], data: [null, 7, { id: 8 }] }));
    expect(await make(url).run({ signal })).toMatchObject({ status: "pass", measures: { models: { value: 0 } } });
  });

  it("says refused where nobody listens", async () => {
    const url = `http://127.0.0.1:${await loopback.closedPort()}`;
    expect(await make(url).run({ signal })).toMatchObject({ status: "fail", code: "refused" });
  });

  it("ends at once when it is aborted, and hangs up", async () => {
    const url = `http://127.0.0.1:${await loopback.silentPort()}`;
    const startedMs = performance.now();
    expect(await make(url).run({ signal: AbortSignal.timeout(50) })).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(400);
    await waitFor(() => loopback.connections() === 0, { what: "the connection to be closed", timeoutMs: 2_000 });
  });

  it("keeps no connection after it has answered", async () => {
    const url = await urlOf(answering(200, { ...OLLAMA, ...OPENAI }));
    await make(url).run({ signal });
    // Node keeps idle connections for 4 s unless told otherwise.
    await waitFor(() => loopback.connections() === 0, { what: "the connection to be closed", timeoutMs: 2_000 });
  });
});

it("keep no process alive that has nothing left to do", async () => {
  const url = await urlOf(answering(200, { ...OLLAMA, ...OPENAI }));
  expect(await runAlone("ollama", { url })).toMatchObject({ status: "pass" });
  expect(await runAlone("open-ai-compatible", url)).toMatchObject({ status: "pass" });
});
