import { createServer as createTcpServer } from "node:net";
import { createServer } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type TlsOptions, tls } from "../src/tls.js";
import { createLoopback } from "./loopback.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const DAY_MS = 86_400_000;
const signal = new AbortController().signal;
const loopback = createLoopback();
afterEach(() => loopback.close());

/** A server whose certificate, for `localhost`, is good for so many days more. */
async function serving(daysLeft: number): Promise<TlsOptions & { port: number; ca: string }> {
  const certificate = selfSignedCertificate({ endsAtMs: Date.now() + daysLeft * DAY_MS + 60_000 });
  const port = await loopback.listen(createServer(certificate, (socket) => void socket.on("error", () => {})));
  return { port, ca: certificate.cert, servername: "localhost" };
}

describe("tls", () => {
  it.each([
    [90, "pass", "ok"],
    [21, "pass", "ok"],
    [20, "warn", "threshold"],
    [3, "warn", "threshold"],
    [2, "fail", "threshold"],
    [0, "fail", "threshold"],
    [-1, "fail", "tls"],
  ])("a certificate good for %d days and a minute more is a %s (%s)", async (daysLeft, status, code) => {
    const result = await tls("127.0.0.1", await serving(daysLeft)).run({ signal });
    expect(result).toMatchObject({
      status,
      code,
      measures: { daysLeft: { value: daysLeft, unit: "" }, latencyMs: { unit: "ms" } },
    });
  });

  it("goes by its own marks", async () => {
    const server = await serving(50);
    const result = await tls("127.0.0.1", { ...server, warnBefore: "60d", failBefore: "40d" }).run({ signal });
    expect(result).toMatchObject({ status: "warn", code: "threshold" });
  });

  it("says tls for a certificate nobody vouches for, and still how long it is good for", async () => {
    const { port } = await serving(90);
    const result = await tls("127.0.0.1", { port, servername: "localhost" }).run({ signal });
    expect(result).toMatchObject({ status: "fail", code: "tls", measures: { daysLeft: { value: 90 } } });
  });

  it("says tls for a certificate of another host", async () => {
    const server = await serving(90);
    for (const other of [{ servername: "example.test" }, { servername: undefined }]) {
      const options = { ...server, ...other } as TlsOptions;
      expect(await tls("127.0.0.1", options).run({ signal })).toMatchObject({ status: "fail", code: "tls" });
    }
  });

  it("says tls where TLS is not spoken, and unreachable where the line is cut", async () => {
    const plain = await loopback.listen(createTcpServer((socket) => void socket.end("220 hello\r\n")));
    expect(await tls("127.0.0.1", { port: plain }).run({ signal })).toMatchObject({ status: "fail", code: "tls" });
    const cut = await loopback.listen(createTcpServer((socket) => void socket.destroy()));
    expect(await tls("127.0.0.1", { port: cut }).run({ signal })).toMatchObject({
      status: "fail",
      code: "unreachable",
    });
  });

  it("says refused where nobody listens", async () => {
    const port = await loopback.closedPort();
    expect(await tls("127.0.0.1", { port }).run({ signal })).toMatchObject({ status: "fail", code: "refused" });
  });

  it("ends at once when it is aborted in the middle of the handshake, and hangs up", async () => {
    const port = await loopback.silentPort();
    const startedMs = performance.now();
    const result = await tls("127.0.0.1", { port }).run({ signal: AbortSignal.timeout(50) });
    expect(result).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(400);
    await waitFor(() => loopback.connections() === 0, { what: "the connection to be closed" });
  });
});
