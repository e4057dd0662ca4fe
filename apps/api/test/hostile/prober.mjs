// node prober.mjs <url of an API> <pid of it>: asks liveness and readiness in turn, from a process of its own, until it is
// told to stop on standard input. Prints what it saw: {"asked", "failed", "isBusy", "p50Ms", "p99Ms", "maxMs", "clockP99Ms"},
// by the rule of the fault suite without what it waited for a core itself, and on a busy machine without the API's waits too.
import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { waitsForCore } from "../../../../scripts/testing/fixtures/waits-for-core.mjs";

const [base, pid] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
// The prober has hardly anything to do: where even it waits like this, nothing by the clock is about the API.
const BUSY_MS = 4;
const samples = [];
let failed = 0;
let isOver = false;
process.stdin.once("data", () => {
  isOver = true;
});

for (let index = 0; !isOver; index += 1) {
  const path = index % 2 === 0 ? "/health" : "/health/ready";
  const waited = [process.pid, pid].map(waitsForCore);
  const startedMs = performance.now();
  if ((await ask(`${base}${path}`)) !== 200) failed += 1;
  const tookMs = performance.now() - startedMs;
  const [proberWaitedMs, apiWaitedMs] = waited.map((since) => since());
  samples.push({ tookMs, proberWaitedMs, apiWaitedMs });
  await delay(5);
}

const clockTimes = samples.map(({ tookMs }) => tookMs);
const ownWaits = samples.map(({ proberWaitedMs }) => proberWaitedMs);
const isBusy = at(ownWaits, 0.99) >= BUSY_MS;
const times = samples.map(({ tookMs, proberWaitedMs, apiWaitedMs }) =>
  Math.max(0, tookMs - proberWaitedMs - (isBusy ? apiWaitedMs : 0)),
);
const figures = {
  isBusy,
  p50Ms: at(times, 0.5),
  p99Ms: at(times, 0.99),
  maxMs: at(times, 1),
  clockP99Ms: at(clockTimes, 0.99),
};
process.stdout.write(`${JSON.stringify({ asked: times.length, failed, ...figures })}\n`);
process.exit(0);

function at(list, share) {
  const sorted = list.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
}

function ask(url) {
  return new Promise((resolve) => {
    get(url, { agent, timeout: 5_000 }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
    })
      .once("error", () => resolve(0))
      .once("timeout", function () {
        this.destroy();
      });
  });
}
