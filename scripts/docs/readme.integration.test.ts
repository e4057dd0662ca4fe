import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../redis/free-port.mjs";
import { startRedisServer } from "../testing/redis-server.ts";
import { spawnApp } from "../testing/spawn-app.ts";
import { waitFor } from "../testing/wait-for.ts";
import { blocksOf, ROOT } from "./pages.ts";

it("the README's twenty lines run as they stand there: ready with their check, 503 as soon as they are asked to stop, and then an end", async () => {
  const [snippet = ""] = blocksOf("README.md", "ts");
  expect(snippet.trim().split("\n").length).toBeLessThanOrEqual(22);
  const directory = mkdtempSync(join(ROOT, "node_modules", ".readme-"));
  const redis = await startRedisServer();
  const billing = createServer((_request, response) => response.end("pong")).listen(0, "127.0.0.1");
  onTestFinished(async () => {
    billing.close();
    await redis.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const port = await freePort();
  const entry = join(directory, "app.mjs");
  // It has no types, so it is JavaScript: only its addresses differ here.
  const text = snippet
    .replace("redis://127.0.0.1:6379", redis.url)
    .replace("127.0.0.1:9000", `127.0.0.1:${(billing.address() as AddressInfo).port}`)
    .replace("5_000", "1_000")
    .replace("listen(8080,", `listen(${port}, "127.0.0.1",`);
  writeFileSync(entry, text);

  const app = spawnApp({ entry });
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    return `${response.status} ${await response.text()}`;
  };
  await waitFor(async () => /^200 .*"billing:state"/.test(await ask()), { what: "a ready app with its check" });
  app.child.kill("SIGTERM");
  await waitFor(async () => /^503 .*draining/.test(await ask()), { what: "an app that drains" });
  expect((await app.exit).code).toBe(0);
});
