// The container's own probe: slim images have no curl.
//   node healthcheck.mjs [path]   GET the path (default /health/ready) on 127.0.0.1:$PORT: exit 0 on 200, else 1
//   node healthcheck.mjs --beat   for the worker, which serves no HTTP: exit 0 while $DATA_DIR/worker.beat is younger than 30 s
import { statSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";

const TIMEOUT_MS = 2000;
// The worker touches it every 5 s.
const BEAT_MAX_AGE_MS = 30_000;

const [argument = "/health/ready"] = process.argv.slice(2);
if (argument === "--beat") checkBeat();
else checkHttp(argument);

function checkBeat() {
  const file = join(process.env["DATA_DIR"] || ".data", "worker.beat");
  try {
    const ageMs = Date.now() - statSync(file).mtimeMs;
    if (ageMs > BEAT_MAX_AGE_MS) fail(`the worker's last beat is ${Math.round(ageMs / 1000)} s old`);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} path */
function checkHttp(path) {
  const port = Number(process.env["PORT"] || 3000);
  const request = get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
    response.resume();
    if (response.statusCode === 200) process.exit(0);
    fail(`${path} answered ${response.statusCode}`);
  });
  request.on("error", (error) => fail(error.message));
  // For the whole exchange: a socket timeout starts anew with every byte that comes.
  setTimeout(() => fail(`${path} did not answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
}

/**
 * @param {string} reason
 * @returns {never}
 */
function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
