import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { tcp } from "../src/tcp.js";
import { startFullPort } from "./full-port.ts";
import { createLoopback } from "./loopback.ts";
import { runAsOrdinaryUser } from "./run-as-ordinary-user.ts";

const signal = new AbortController().signal;
const loopback = createLoopback();
afterEach(() => loopback.close());

describe("tcp", () => {
  it("passes where somebody listens, sends nothing and hangs up", async () => {
    const received: Buffer[] = [];
    const port = await loopback.listen(createServer((socket) => void socket.on("data", (data) => received.push(data))));
    expect(await tcp("127.0.0.1", port).run({ signal })).toEqual({
      status: "pass",
      code: "ok",
      measures: { latencyMs: { value: expect.any(Number), unit: "ms" } },
    });
    await waitFor(() => loopback.connections() === 0, { what: "the connection to be closed" });
    expect(received).toEqual([]);
  });

  it("warns when it took longer than it may", async () => {
    const port = await loopback.silentPort();
    const check = tcp("localhost", port, { maxLatency: "1ms" });
    // A connection on loopback takes less or more than a millisecond as it likes.
    const codes = new Set<string>();
    await waitFor(
      async () => {
        const result = await check.run({ signal });
        const latencyMs = result?.measures?.["latencyMs"]?.value ?? Number.NaN;
        codes.add(`${result?.code}:${latencyMs > 1.05}`);
        return codes.has("threshold:true") || codes.size > 1 || codes.has("ok:false");
      },
      { what: "a run to be judged" },
    );
    expect([...codes].every((code) => ["threshold:true", "ok:false", "threshold:false"].includes(code))).toBe(true);
  });

  it("says refused where nobody listens, and dns for a name that cannot be resolved", async () => {
    const port = await loopback.closedPort();
    expect(await tcp("127.0.0.1", port).run({ signal })).toMatchObject({ status: "fail", code: "refused" });
    expect(await tcp("localhost", port).run({ signal })).toMatchObject({ status: "fail", code: "refused" });
    expect(await tcp("caretaker.invalid", port).run({ signal })).toMatchObject({ status: "fail", code: "dns" });
  });

  it.runIf(process.platform === "linux")("ends at once when it is aborted while it knocks", async () => {
    const full = await startFullPort();
    const startedMs = performance.now();
    const result = await tcp("127.0.0.1", full.port).run({ signal: AbortSignal.timeout(50) });
    expect(result).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(400);
    await full.close();
  });

  it("does not keep a process alive that has nothing left to do", async () => {
    const port = await loopback.silentPort();
    expect(await runAsOrdinaryUser("tcp", "127.0.0.1", port)).toEqual({ status: "pass", code: "ok" });
  });
});
