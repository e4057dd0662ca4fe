import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CRLF,
  type HostileApi,
  jsonLines,
  RIGHT,
  requestTo,
  STATUS_TOKEN,
  startHostileApi,
  tokenLines,
} from "./hostile-api.ts";
import { exchange } from "./raw-client.ts";
import { routesOfApi } from "./routes.ts";

const ROUTES = await routesOfApi();

let api: HostileApi;

beforeAll(async () => {
  api = await startHostileApi();
});

afterAll(() => api.stop());

describe.each(ROUTES)("$method $path", (route) => {
  const { needs, method, path } = route;
  const isGuarded = needs !== "nothing";
  // Wrong tokens and requests to do something are counted by address: each route is tried from one of its own.
  const from = `127.0.1.${ROUTES.indexOf(route) + 1}`;
  const authorized = tokenLines(route);
  const statusOf = (bytes: string) => api.statusOf(bytes, { from });

  it("lets in whoever it should, and nobody with a token that is wrong, cut, padded, doubled or of another kind", async () => {
    const right = await statusOf(requestTo(route, [...authorized, ...jsonLines("{}")], "{}"));
    expect(route.isOff ? [403, 405] : [200, 202, 404, 503]).toContain(right);
    if (!isGuarded) return;
    for (const lines of wrongLines(needs)) expect(await statusOf(requestTo(route, lines)), lines.join()).toBe(401);
    expect(await statusOf(requestTo({ method, path: `${path}?token=${RIGHT[needs]}` }))).toBe(401);
    // Express answers it with the handlers of GET.
    if (method === "GET") expect(await statusOf(requestTo({ method: "HEAD", path }))).toBe(401);
  });

  it("refuses a head that is too long or too many, and goes on", async () => {
    const long = `X-Long: ${"a".repeat(20_000)}`;
    const many = Array.from({ length: 2_000 }, (_, index) => `X-${index}: aaaaaaaa`);
    expect(await statusOf(requestTo(route, [long]))).toBe(431);
    expect(await statusOf(requestTo(route, many))).toBe(431);
    expect(await statusOf(requestTo({ method, path: `${path}?${"a".repeat(20_000)}` }))).toBe(431);
  });

  it("takes no large body into memory: it is refused, or not read", async () => {
    const body = `{"reason":"${"a".repeat(1_000_000)}"}`;
    const status = await statusOf(requestTo(route, [...authorized, ...jsonLines(body)], body));
    if (needs === "doing") expect(status).toBe(413);
    else expect(path.startsWith("/queues/") ? [200, 400, 405] : [200, 404, 503]).toContain(status);
    if (isGuarded) expect(await statusOf(requestTo(route, jsonLines(body), body))).toBe(401);
  });

  it("takes a body that is no JSON, or not what it says, for the client's mistake", async () => {
    const bodies = ["{", "[]", '"a"', "null", '{"__proto__":{"a":1}}', "\0", `${"[".repeat(900)}${"]".repeat(900)}`];
    for (const body of bodies) await expectNoFault(requestTo(route, [...authorized, ...jsonLines(body)], body), body);
    const zipped = [...jsonLines("{}"), "Content-Encoding: gzip"];
    await expectNoFault(requestTo(route, [...authorized, ...zipped], "{}"), "not gzip");
  });

  it("refuses what two parsers could read in two ways", async () => {
    const twice = ["Content-Length: 2", "Content-Length: 3"];
    const both = ["Content-Length: 2", "Transfer-Encoding: chunked"];
    for (const lines of [twice, both, ["Transfer-Encoding: chunked, x"], ["X : a"], ["X: a\rY: b"], ["X: a\0b"]])
      expect(await statusOf(requestTo(route, lines, "{}")), JSON.stringify(lines)).toBe(400);
    expect(await statusOf(`${method} ${path} HTTP/9.9${CRLF}${CRLF}`)).toBe(400);
  });

  it("takes a name in its path, or a question, for what it is", async () => {
    const names = ["__proto__", "constructor", "%00", "%0d%0aX-Own:%20a", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%ff", "%"];
    const more = ["*", "%7b%7d", "%F0%9F%92%A5", "a".repeat(8_000)];
    const last = path.replace(/[^/]*$/, "");
    const questions = [
      "a[b][c]=d",
      "__proto__[a]=b",
      "at=%00",
      "range[]=1h",
      "check=%ff",
      "page=-1",
      "jobsPerPage=1e9",
    ];
    const paths = [...[...names, ...more].map((name) => last + name), ...questions.map((query) => `${path}?${query}`)];
    for (const tried of paths) await expectNoFault(requestTo({ method, path: tried }, authorized), tried);
  });

  // Of the others there is no token to go without.
  if (isGuarded) {
    it("is reached by no other spelling without its token", async () => {
      for (const spelling of spellingsOf(path)) {
        const status = await statusOf(requestTo({ method, path: spelling }));
        expect([400, 401, 404, 405], spelling).toContain(status);
      }
    });
  }

  /** The store is there, so that whatever fails is a fault. */
  async function expectNoFault(bytes: string, what: string): Promise<void> {
    const { statuses, text } = await exchange(api.port, bytes, { from });
    expect([200, 202, 400, 403, 404, 405, 413, 415, 503], what).toContain(statuses[0]);
    expect(text, what).not.toMatch(/\n(X-Own|X-Powered-By):|node_modules|at .*\.js:\d/i);
  }
});

function wrongLines(needs: "reading" | "doing"): readonly (readonly string[])[] {
  const token = RIGHT[needs];
  const wrong = [`${token}x`, token.slice(0, -1), token.toUpperCase(), `${token} ${token}`, `${token},${token}`];
  return [
    ...[[], ["Authorization:"], ["Authorization: Bearer"], [`Authorization: Basic ${btoa(`admin:${token}`)}`]],
    ...[...wrong, "null", "%00"].map((text) => [`Authorization: Bearer ${text}`]),
    [`Authorization: Bearer x`, `Authorization: Bearer ${token}`],
    [`Cookie: token=${token}`],
    [`X-Forwarded-For: 127.0.0.1`, "X-Forwarded-Host: localhost", "X-Original-URL: /health"],
    ...(needs === "doing" ? [[`Authorization: Bearer ${STATUS_TOKEN}`]] : []),
  ];
}

function spellingsOf(path: string): readonly string[] {
  const encoded = path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  return [
    ...[`${path}/`, `/${path}`, `//a${path}`, path.toUpperCase(), encoded, `/.${path}`, `/x/..${path}`],
    ...[`/health/..${path}`, `/health/ready/..${path}`, `/health/%2e%2e${path}`, `/health%2f..${path}`],
    ...[`${path}%00`, `${path};a=b`, `${path}?a`, `${path}#a`, `${path}%20`, path.replaceAll("/", "\\")],
    ...[`http://a${path}`, `http://a/health${path}`, `http://127.0.0.1:1${path}`],
  ];
}
