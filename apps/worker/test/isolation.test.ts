import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isRunning } from "../../../scripts/testing/is-running.ts";
import { processesWith, zombiesOf } from "../../../scripts/testing/processes.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type DirectedCheck, type DirectedFleet, openDirectedFleet } from "./directed-fleet.ts";
import { recordMany } from "./record-many.ts";
import { type Note, parseLine, scratchDirectory, stopWorker } from "./worker-process.ts";

const root = scratchDirectory();
const redisUrl = () => process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const fleetOf = (checks: readonly DirectedCheck[]) => openDirectedFleet(root, redisUrl(), checks);

const everySecond = (name: string): DirectedCheck => ({ name, every: "1s", timeout: "500ms", failureThreshold: 1 });

/** How much later than its second a tick of a check may come, on two cores that others share. */
const LATENESS_MS = 1_500;

/** The longest time in `from`…`until` without a run. */
function longestGapMs(notes: readonly Note[], from: number, until: number): number {
  const times = [from, ...notes.map(({ atMs }) => atMs).filter((atMs) => atMs > from && atMs < until), until];
  return Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)));
}

function leakedPids({ directory }: DirectedFleet): number[] {
  return readFileSync(join(directory, "leaked"), { encoding: "utf8", flag: "a+" })
    .split("\n")
    .filter(Boolean)
    .map(Number);
}

describe.concurrent("a check harms only itself", () => {
  it("when it hangs, throws, returns junk, prints a megabyte or leaks a process, and beside a cleanup of 3000 sessions", {
    timeout: 60_000,
  }, async () => {
    const faults = ["hang", "throw", "junk", "flood", "leak"] as const;
    const fleet = fleetOf([everySecond("steady"), ...faults.map(everySecond)]);
    for (const fault of faults) fleet.direct(fault, fault);
    const sessions = await recordMany(fleet.directory, 3_000);
    const worker = fleet.start("host-a", { SESSIONS_ROOT: sessions });
    const from = await waitFor(() => fleet.notes("steady")[0]?.atMs, { what: "the first tick", timeoutMs: 20_000 });
    await waitFor(() => fleet.notes("steady").length >= 10, { what: "ten ticks", timeoutMs: 30_000 });
    const until = Date.now();
    const gapMs = longestGapMs(fleet.notes("steady"), from, until);
    console.info(`longest time between two ticks of a check every second, among faults and a cleanup: ${gapMs} ms`);
    expect(gapMs).toBeLessThan(1_000 + LATENESS_MS);
    // Sessions were being deleted all the while, or else nothing was shown.
    expect(readdirSync(sessions).length).toBeLessThan(2_950);
    const codes = faults.map(async (name) => [name, (await fleet.record(name))?.outcome.code] as const);
    expect(Object.fromEntries(await Promise.all(codes))).toEqual({
      hang: "timeout",
      throw: "crashed",
      junk: "crashed",
      flood: "ok",
      leak: "ok",
    });
    // Each tick of a hung run is answered, but its function is never started a second time.
    expect(fleet.notes("hang")).toHaveLength(1);
    expect((await fleet.transitions("steady")).map(({ to }) => to)).toEqual(["up"]);
    // Nor does it stand in the way of a stop: what is left is for the next run.
    worker.child.kill("SIGTERM");
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    for (const pid of leakedPids(fleet).filter(isRunning)) process.kill(pid, "SIGKILL");
    fleet.close();
  });

  it("when it prints a key each second: that is a line of the log, without the key, and not each time", async () => {
    const fleet = fleetOf([everySecond("talkative")]);
    fleet.direct("talkative", "print");
    const worker = fleet.start("host-a", { OPENAI_API_KEY: "sk-Qm7vXw2LkT9pRz4cYb8N" });
    await waitFor(() => fleet.notes("talkative").length >= 4, { what: "four runs", timeoutMs: 20_000 });
    await stopWorker(worker);
    const printed = worker.stdoutLines.map(parseLine).filter((line) => line?.["msg"] === "printed");
    expect(printed[0]).toMatchObject({ level: "info", service: "worker", text: "asking with [redacted]", leftOut: 0 });
    // Once in 10 s: how many that makes is the machine's matter.
    expect(printed.length).toBeLessThan(fleet.notes("talkative").length);
    expect([...worker.stdoutLines, ...worker.stderrLines].join()).not.toContain("Qm7vXw2LkT9");
    fleet.close();
  });

  it("when it blocks the event loop of its worker for 2 s: its own process waits, the fleet's ticks go on in the other", {
    timeout: 40_000,
  }, async () => {
    const fleet = fleetOf([everySecond("steady"), { name: "blocker", every: "5s", timeout: "4s" }]);
    const workers = [fleet.start(), fleet.start()];
    await fleet.untilState("steady", "up");
    fleet.direct("blocker", "block:2000");
    const blocks = await waitFor(
      () => {
        const ends = fleet
          .notes("blocker", "end")
          .filter(({ atMs }) => atMs > (fleet.notes("blocker")[0]?.atMs ?? 0) + 1_900);
        return ends.length >= 2 && ends;
      },
      { what: "two blocked loops", timeoutMs: 20_000 },
    );
    await fleet.untilRecord("steady", () => true);
    // The one wait here that is no condition: what must not happen after a block is a lost schedule.
    await delay(2_500);
    const steady = fleet.notes("steady");
    const gaps = blocks.map(({ atMs: until, pid }) => {
      const others = steady.filter((note) => note.pid !== pid && note.atMs > until - 2_000 && note.atMs < until);
      return { gapMs: longestGapMs(steady, until - 2_500, until + 2_500), others: others.length };
    });
    console.info(
      `around two blocked loops, the longest time between two ticks of a check every second: ${JSON.stringify(gaps)}`,
    );
    for (const { gapMs, others } of gaps) {
      expect(others).toBeGreaterThan(0);
      expect(gapMs).toBeLessThan(1_000 + LATENESS_MS);
    }
    await Promise.all(workers.map(stopWorker));
    fleet.close();
  });

  it.runIf(process.platform === "linux")(
    "when its command ignores SIGTERM and has children: the whole group is killed and reaped at the timeout",
    {
      timeout: 40_000,
    },
    async () => {
      const mark = `CARETAKER_TEST_MARK=${root}/command`;
      const script = `trap "" TERM HUP; sh -c 'trap "" TERM HUP; sleep 300 & wait; sleep 300' & sleep 300 & wait; sleep 300`;
      const fleet = fleetOf([{ name: "stubborn", every: "2s", timeout: "800ms", script }, everySecond("steady")]);
      const [name = "", value = ""] = mark.split("=");
      const published = await fleet.follow("stubborn@host-a");
      const worker = fleet.start("host-a", { [name]: value });
      const family = () => processesWith(mark).filter((pid) => pid !== worker.child.pid);
      await waitFor(() => family().length >= 4, { what: "the family of the first run", timeoutMs: 20_000 });
      for (const runs of [1, 2]) {
        await waitFor(() => published.length >= runs, { what: `the end of run ${runs}` });
        expect(published[runs - 1]?.outcome.code).toBe("timeout");
        await waitFor(() => family().length === 0, { what: "the family to be gone", timeoutMs: 900 });
        expect(zombiesOf(worker.child.pid)).toEqual([]);
      }
      await waitFor(() => family().length >= 4, { what: "the family of the third run" });
      await stopWorker(worker);
      expect(processesWith(mark)).toEqual([]);
      fleet.close();
    },
  );
});
