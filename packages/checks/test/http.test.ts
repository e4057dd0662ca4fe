import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type HttpOptions, http } from "../src/http.js";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const signal = new AbortController().signal;
const open: TcpServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    if ("closeAllConnections" in server) (server as Server).closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: TcpServer): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function urlOf(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(listener))}/canary-path?key=canary`;
}

function answering(status: number, body = "", headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

const isUp = (body: unknown) => (body as { up: boolean }).up;

describe("http", () => {
  it.each<[string, RequestListener, HttpOptions, string]>([
    ["any 2xx", answering(204), {}, "ok"],
    ["an error of the server", answering(500), {}, "bad_status"],
    ["a redirect, which is not followed", answering(302, "", { location: "/" }), {}, "bad_status"],
    ["a redirect that is expected", answering(302, "", { location: "/" }), { expectStatus: 302 }, "ok"],
    ["200 where another status is expected", answering(200), { expectStatus: [201, 202] }, "bad_status"],
    ["401", answering(401), {}, "unauthorized"],
    ["403", answering(403), {}, "unauthorized"],
    ["401 that is expected", answering(401), { expectStatus: [200, 401] }, "ok"],
    ["the right body", answering(200, '{"up":true}'), { json: isUp }, "ok"],
    ["a wrong body", answering(200, '{"up":false}'), { json: isUp }, "bad_body"],
    ["a body the rule stumbles over", answering(200, "null"), { json: isUp }, "bad_body"],
    ["a body that is no JSON", answering(200, "<html>"), { json: isUp }, "bad_body"],
    ["no body at all", answering(200), { json: isUp }, "bad_body"],
    ["a body at the limit", answering(200, '{"up":true}'), { json: isUp, maxBodyBytes: 11 }, "ok"],
    ["a body one byte above it", answering(200, '{"up":true}'), { json: isUp, maxBodyBytes: 10 }, "bad_body"],
  ])("%s", async (_title, listener, options, code) => {
    const result = await http(await urlOf(listener), options).run({ signal });
    expect(result).toMatchObject({ status: code === "ok" ? "pass" : "fail", code });
    expect(result).toMatchObject({ measures: { latencyMs: { unit: "ms" }, statusCode: { unit: "" } } });
  });

  it("sends its method and headers", async () => {
    let seen: unknown[] = [];
    const url = await urlOf((request, response) => {
      seen = [request.method, request.headers["authorization"]];
      response.end();
    });
    await http(url, { method: "HEAD", headers: { authorization: "Bearer canary" } }).run({ signal });
    expect(seen).toEqual(["HEAD", "Bearer canary"]);
  });

  it("stops reading a body that never ends", async () => {
    let closed = false;
    const url = await urlOf((_request, response) => {
      const endless = () => {
        while (response.write("x".repeat(16_384)));
      };
      response.on("drain", endless).on("close", () => {
        closed = true;
      });
      endless();
    });
    expect(await http(url, { json: isUp }).run({ signal })).toMatchObject({ code: "bad_body" });
    await waitFor(() => closed, { what: "the connection to be given up" });
  });

  it.each<[string, RequestListener]>([
    ["before the headers", () => {}],
    ["in the middle of the body", (_request, response) => void response.writeHead(200).write("{")],
  ])("ends at once when it is aborted %s", async (_title, listener) => {
    const abort = new AbortController();
    let asked = false;
    const url = await urlOf((request, response) => {
      asked = true;
      listener(request, response);
    });
    const run = http(url, { json: isUp }).run({ signal: abort.signal });
    await waitFor(() => asked, { what: "the request" });
    const startedMs = performance.now();
    abort.abort(new DOMException("too slow", "TimeoutError"));
    expect(await run).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(200);
  });

  it("says refused where nobody listens", async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    open.pop();
    expect(await http(`http://127.0.0.1:${port}/`).run({ signal })).toMatchObject({ code: "refused" });
  });

  it("says dns for a name that cannot be resolved", async () => {
    expect(await http("http://caretaker.invalid/").run({ signal })).toMatchObject({ code: "dns" });
  });

  it("says unreachable when the connection is cut", async () => {
    const port = await listening(createTcpServer((socket) => void socket.once("data", () => socket.destroy())));
    expect(await http(`http://127.0.0.1:${port}/`).run({ signal })).toMatchObject({ code: "unreachable" });
  });

  it("says bad_body for what is not HTTP", async () => {
    const port = await listening(
      createTcpServer((socket) => void socket.once("data", () => socket.end("hello\r\n\r\n"))),
    );
    expect(await http(`http://127.0.0.1:${port}/`).run({ signal })).toMatchObject({ code: "bad_body" });
  });

  it("says tls for a certificate nobody vouches for, and for a server that does not speak TLS", async () => {
    const tlsPort = await listening(createTlsServer(selfSignedCertificate(), answering(200)));
    expect(await http(`https://127.0.0.1:${tlsPort}/`).run({ signal })).toMatchObject({ code: "tls" });
    const plainPort = await listening(createServer(answering(200)));
    expect(await http(`https://127.0.0.1:${plainPort}/`).run({ signal })).toMatchObject({ code: "tls" });
  });

  it("keeps the address out of everything but the raw error", async () => {
    const results = [
      await http(await urlOf(answering(500, "canary"))).run({ signal }),
      await http(await urlOf(answering(200, "canary")), { json: isUp }).run({ signal }),
    ];
    for (const result of results) expect(JSON.stringify({ ...result, error: null })).not.toMatch(/canary|127\.0/);
  });
});
