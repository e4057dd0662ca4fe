import { createServer } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { tcp } from "../src/tcp.js";
import { startFullPort } from "./full-port.ts";
import { createLoopback } from "./loopback.ts";
import { runAlone } from "./run-alone.ts";

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

  it.runIf(process.platform === "linux")("warns when it took longer than it may", async () => {
    const full = await startFullPort();
    const run = tcp("127.0.0.1", full.port, { maxLatency: "500ms" }).run({ signal });
    await turn();
    full.open();
    expect(await run).toMatchObject({ status: "warn", code: "threshold" });
    expect(await tcp("127.0.0.1", full.port, { maxLatency: "5s" }).run({ signal })).toMatchObject({ status: "pass" });
    await full.close();
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
    expect(await runAlone("tcp", "127.0.0.1", port)).toEqual({ status: "pass", code: "ok" });
  });
});
