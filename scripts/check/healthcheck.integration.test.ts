import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { rootDir } from "../setup/root-dir.mjs";
import { spawnApp } from "../testing/spawn-app.ts";

const entry = join(rootDir, "deploy", "healthcheck.mjs");
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function probe(env: Record<string, string>, ...args: string[]) {
  const app = spawnApp({ entry, args, env });
  const { code } = await app.exit;
  return { code, said: app.stderrLines.join("\n") };
}

async function serve(answer: Parameters<typeof createServer>[1]): Promise<Record<string, string>> {
  const server: Server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { PORT: String((server.address() as AddressInfo).port) };
}

describe("the container's probe of the API", () => {
  it("follows readiness, or the path it is given", async () => {
    const env = await serve((request, response) => {
      response.statusCode = request.url === "/health" ? 200 : 503;
      response.end();
    });
    expect(await probe(env)).toEqual({ code: 1, said: "/health/ready answered 503" });
    expect(await probe(env, "/health")).toEqual({ code: 0, said: "" });
  });

  it("fails on a server that hangs, and where none listens", async () => {
    const env = await serve(() => {});
    expect(await probe(env)).toEqual({ code: 1, said: "/health/ready did not answer within 2000 ms" });
    expect(await probe({ PORT: "1" })).toEqual({ code: 1, said: expect.stringContaining("ECONNREFUSED") });
  });
});

it("follows the worker's beat", async () => {
  const dir = mkdtempSync(join(tmpdir(), "caretaker-beat-"));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  const env = { DATA_DIR: dir };
  const beat = join(dir, "worker.beat");
  expect((await probe(env, "--beat")).said).toContain("ENOENT");
  writeFileSync(beat, "1\n");
  expect(await probe(env, "--beat")).toEqual({ code: 0, said: "" });
  const past = Date.now() / 1000 - 31;
  utimesSync(beat, past, past);
  expect(await probe(env, "--beat")).toEqual({ code: 1, said: "the worker's last beat is 31 s old" });
});
