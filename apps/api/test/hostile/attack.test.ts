import { afterAll, beforeAll, expect, it } from "vitest";
import {
  CRLF,
  type HostileApi,
  jsonLines,
  requestTo,
  STATUS_TOKEN,
  startHostileApi,
  tokenLines,
} from "./hostile-api.ts";
import { exchange } from "./raw-client.ts";
import { routesOfApi } from "./routes.ts";

const CANARY = "canary-0451";

let api: HostileApi;

beforeAll(async () => {
  api = await startHostileApi();
});

afterAll(() => api.stop());

it.each(["", "/queues/static"])("serves no file from outside the directory at '%s'", async (mount) => {
  const up = ["..", "%2e%2e", "..%2f..", "%252e%252e", "..\\..", "....//", ".%00."];
  const paths = up.flatMap((dots) => [3, 8].map((depth) => `/${Array(depth).fill(dots).join("/")}/etc/passwd`));
  const others = ["/package.json", "/src/index.ts", "/.env", "/.git/config", "//etc/passwd", "/icon-pass.svg%00.html"];
  const all = [...paths, ...others, "/icon-pass.svg/../../package.json"].map((path) => mount + path);
  for (const path of [...all, "file:///etc/passwd"]) {
    const request = requestTo({ method: "GET", path }, tokenLines({ needs: "reading" }));
    const { text, statuses } = await exchange(api.port, request);
    expect([400, 403, 404], path).toContain(statuses[0]);
    expect(text, path).not.toMatch(/root:|"name"/);
  }
});

it("answers a hundred requests that come at once on one connection, each with its own answer, in order", async () => {
  const paths = Array.from({ length: 100 }, (_, index) => (["/health", "/status", "/none"] as const)[index % 3] ?? "");
  const bytes = paths.map((path) => `GET ${path} HTTP/1.1${CRLF}Host: a${CRLF}${CRLF}`).join("");
  const { statuses } = await exchange(api.port, bytes, { answers: 100 });
  const expected: Readonly<Record<string, number>> = { "/health": 200, "/status": 401, "/none": 404 };
  expect(statuses).toEqual(paths.map((path) => expected[path]));
});

it("lets nobody write lines into its log, and logs no token that was tried", async () => {
  const lines = [
    `User-Agent: a%0d%0a{"level":"error","msg":"${CANARY}"}`,
    `X-Request-Id: \u001b[31m${CANARY}`,
    `Referer: http://${CANARY}/\u2028`,
    `X-Forwarded-For: ${CANARY}`,
    ...jsonLines("{"),
  ];
  for (const [index, route] of (await routesOfApi()).entries())
    for (const path of [route.path, `${route.path}/%0a${CANARY}`, `${route.path}?${CANARY}`, `/%E0%A4%A${CANARY}`])
      for (const token of [[`Authorization: Bearer ${CANARY}-token`], tokenLines(route)])
        await api.statusOf(requestTo({ ...route, path }, [...lines, ...token], "{"), { from: `127.0.2.${index + 1}` });
  const { stdoutLines, stderrLines } = api.app;
  for (const line of stdoutLines) expect(() => JSON.parse(line), line).not.toThrow();
  expect([...stdoutLines, ...stderrLines].filter((line) => line.includes(CANARY))).toEqual([]);
});

it("stops looking at tokens from an address that sent too many wrong ones, right ones too, and never limits a probe", async () => {
  const from = "127.0.0.7";
  const ask = (path: string, token: string) =>
    api.statusOf(requestTo({ method: "GET", path }, [`Authorization: Bearer ${token}`]), { from });
  const statuses: (number | undefined)[] = [];
  for (let index = 0; index < 300; index += 1) statuses.push(await ask("/status", `guess-${index}`));
  expect(statuses.indexOf(429)).toBe(100);
  expect(new Set(statuses.slice(100))).toEqual(new Set([429]));
  expect(await ask("/status", STATUS_TOKEN)).toBe(429);
  expect([await ask("/health", "guess"), await ask("/health/ready?verbose", STATUS_TOKEN)]).toEqual([200, 200]);
  const elsewhere = requestTo({ method: "GET", path: "/status" }, [`Authorization: Bearer ${STATUS_TOKEN}`]);
  expect(await api.statusOf(elsewhere)).toBe(200);
});
