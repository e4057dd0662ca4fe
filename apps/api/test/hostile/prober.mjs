// Asks liveness and readiness in turn, from a process of its own, until it is told to stop on standard input.
// Prints the worst of what it saw: {"asked", "failed", "p50Ms", "p99Ms", "maxMs"}.
import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const base = process.argv[2];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const times = [];
let failed = 0;
let isOver = false;
process.stdin.once("data", () => {
  isOver = true;
});

for (let index = 0; !isOver; index += 1) {
  const path = index % 2 === 0 ? "/health" : "/health/ready";
  const startedMs = performance.now();
  if ((await ask(`${base}${path}`)) !== 200) failed += 1;
  times.push(performance.now() - startedMs);
  await delay(5);
}

times.sort((a, b) => a - b);
const at = (share) => Math.round((times[Math.floor((times.length - 1) * share)] ?? 0) * 10) / 10;
process.stdout.write(
  `${JSON.stringify({ asked: times.length, failed, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) })}\n`,
);
process.exit(0);

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
