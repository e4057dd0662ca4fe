import { createKeys } from "@caretaker/redis-store";
import { verifyNotice } from "@caretaker/worker/verify-notice";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type DirectedCheck, type DirectedFleet, openDirectedFleet } from "./directed-fleet.ts";
import { type Arrival, type Receiver, startReceiver } from "./receiver.ts";
import { scratchDirectory, stopWorker } from "./worker-process.ts";

const SECRET = "Nt7fSx3cRq9tKw2vLp5z";
const PATH_SECRET = "T0kEnQw8RtY4uIo6PaS1";
const WINDOW_MS = 6_000;
const NAMES = ["once", "retried", "missed", "flapping", "hanging", "steady", "moved", "away"] as const;

const root = scratchDirectory();
const running: SpawnedApp[] = [];
let receiver: Receiver;
let fleet: DirectedFleet;
let env: Record<string, string>;

beforeAll(async () => {
  receiver = await startReceiver();
  const checks = NAMES.map(
    (name): DirectedCheck => ({
      name,
      every: "1s",
      timeout: "500ms",
      failureThreshold: 1,
      successThreshold: 1,
    }),
  );
  fleet = openDirectedFleet(root, process.env["CARETAKER_TEST_REDIS_URL"] ?? "", checks);
  env = {
    NOTIFY_URL: `http://127.0.0.1:${receiver.port}/hooks/${PATH_SECRET}`,
    NOTIFY_SECRET: SECRET,
    NOTIFY_WINDOW: `${WINDOW_MS}ms`,
  };
  for (const host of ["host-a", "host-b", "host-c"]) start(host, env);
  for (const name of NAMES) await fleet.untilState(name, "up", 20_000);
});

afterAll(async () => {
  await Promise.all(running.map(stopWorker));
  fleet.close();
  await receiver.leave();
});

function start(host: string, settings: Record<string, string>): SpawnedApp {
  const app = fleet.start(host, settings);
  running.push(app);
  return app;
}

function untilTold(check: string, count: number, timeoutMs = 15_000): Promise<readonly Arrival[]> {
  const arrived = () => {
    const found = receiver.of(check);
    return found.length >= count ? found : null;
  };
  return waitFor(arrived, { what: `${count} notices of ${check}`, timeoutMs });
}

const kindsOf = (check: string) => receiver.of(check).map(({ kind }) => kind);

describe("with three workers", () => {
  it("tells a failure once, signed, and nothing but what may leave", async () => {
    fleet.direct("once", "fail");
    const [arrival] = await untilTold("once", 1);
    const { body = "", headers, path } = arrival ?? {};
    const signature = headers?.["caretaker-signature"] as string;
    expect(path).toBe(`/hooks/${PATH_SECRET}`);
    expect(verifyNotice({ signature, body, secret: SECRET, nowMs: Date.now() })).toBe(true);
    expect(verifyNotice({ signature, body: body.replace("down", "up"), secret: SECRET, nowMs: Date.now() })).toBe(
      false,
    );
    expect(headers).toMatchObject({ "content-type": "application/json", "caretaker-notice": arrival?.id });
    const [last] = await fleet.client.xrange(
      createKeys(fleet.prefix).transitions,
      arrival?.id ?? "",
      arrival?.id ?? "",
    );
    expect(last?.[1]).toContain("once");
    expect(JSON.parse(body)).toMatchObject({ kind: "down", check: "once", host: null, from: "up", code: "refused" });
  });

  it("tells the recovery, once too, and how long the failure lasted", async () => {
    fleet.direct("once", "pass");
    const [, arrival] = await untilTold("once", 2);
    const { troubledForMs, state } = JSON.parse(arrival?.body ?? "{}") as { troubledForMs: number; state: string };
    expect(state).toBe("up");
    expect(troubledForMs).toBeGreaterThan(0);
    expect(kindsOf("once")).toEqual(["down", "recovered"]);
  });

  it("tries again after 500 with the same id and a new signature, and stops when it is taken", async () => {
    receiver.answer("retried", 500, 200);
    fleet.direct("retried", "fail");
    const arrivals = await untilTold("retried", 2);
    expect(new Set(arrivals.map(({ id }) => id)).size).toBe(1);
    const [first, second] = arrivals.map(({ headers }) => headers["caretaker-signature"]);
    expect(second).not.toBe(first);
  });

  it("follows no redirect", async () => {
    receiver.answer("moved", 307, 200);
    fleet.direct("moved", "fail");
    await untilTold("moved", 2);
    expect(receiver.arrivals.map(({ path }) => path)).not.toContain("/elsewhere");
  });

  it("tells a receiver that was away when it is back", async () => {
    await receiver.leave();
    fleet.direct("missed", "fail");
    const said = (line: string) => line.includes("notice not delivered") && line.includes('"check":"missed"');
    await Promise.any(running.map((app) => app.waitForLog(said, { timeoutMs: 15_000 })));
    await receiver.comeBack();
    const [arrival] = await untilTold("missed", 1, 30_000);
    expect(arrival).toMatchObject({ kind: "down" });
  });

  it("is quiet about a check that flaps, and sums it up", async () => {
    fleet.direct("flapping", "flip");
    await untilTold("flapping", 3, 30_000);
    const [first, , third] = receiver.of("flapping");
    const { changes } = JSON.parse(third?.body ?? "{}") as { changes: number };
    expect(kindsOf("flapping")).toEqual(["down", "recovered", "flapping"]);
    expect(changes).toBeGreaterThan(2);
    expect((third?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(WINDOW_MS / 2);
    fleet.direct("flapping", "pass");
  });

  it("keeps the checks running while the receiver hangs", async () => {
    receiver.answer("hanging", "hang");
    fleet.direct("hanging", "fail");
    await untilTold("hanging", 1);
    const before = fleet.notes("steady").length;
    await waitFor(() => fleet.notes("steady").length >= before + 3, { what: "three further runs", timeoutMs: 15_000 });
    fleet.direct("steady", "fail");
    expect(await untilTold("steady", 1)).toHaveLength(1);
    // All that within one exchange with the receiver, which is cut off after five seconds and begun again after two.
    expect(receiver.of("hanging")).toHaveLength(1);
    receiver.answer("hanging", 200);
  });
});

describe("a worker that was away", () => {
  it("catches up from where the fleet had read to, and tells nothing twice", async () => {
    await Promise.all(running.map(stopWorker));
    const told = receiver.arrivals.filter(({ check }) => check !== "hanging").length;
    // Its settings tell nobody, so what it finds waits in the stream.
    const silent = start("host-a", {});
    fleet.direct("away", "fail");
    await fleet.untilState("away", "down", 20_000);
    expect(receiver.of("away")).toEqual([]);
    start("host-b", env);
    await untilTold("away", 1);
    await stopWorker(silent);
    start("host-c", env);
    fleet.direct("away", "pass");
    await untilTold("away", 2);
    expect(kindsOf("away")).toEqual(["down", "recovered"]);
    expect(kindsOf("once")).toEqual(["down", "recovered"]);
    const others = receiver.arrivals.filter(({ check }) => check !== "hanging" && check !== "away");
    expect(others.slice(told).filter(({ kind }) => kind !== "flapping")).toEqual([]);
  });
});

describe("the secrets", () => {
  it("stand in no log line, no notice and no Redis value", async () => {
    const stored = await dump();
    expect(stored).toContain("notice-");
    const logged = running.flatMap(({ stdoutLines, stderrLines }) => [...stdoutLines, ...stderrLines]).join("\n");
    expect(logged).toContain("worker started");
    const told = receiver.arrivals.map(({ body, headers }) => body + JSON.stringify(headers)).join("\n");
    for (const text of [stored, logged, told]) for (const piece of pieces) expect(text).not.toContain(piece);
    expect(stored).not.toContain(`:${receiver.port}`);
    expect(stored).not.toContain("node_modules");
  });
});

const pieces = [SECRET, PATH_SECRET].flatMap((text) =>
  Array.from({ length: text.length - 7 }, (_, index) => text.slice(index, index + 8)),
);

/** Every notice that Redis holds, with all that the queue knows of it. */
async function dump(): Promise<string> {
  const { queues, notices } = createKeys(fleet.prefix);
  const jobs = await fleet.client.keys(`${queues}:notices:notice-*`);
  const held = await Promise.all(jobs.map((key) => fleet.client.hgetall(key).catch(() => ({}))));
  return [...jobs, JSON.stringify(held), await fleet.client.get(notices)].join("\n");
}
