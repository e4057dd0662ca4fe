import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { spawnApi, stopApi, urlOf } from "../../apps/api/test/api-process.ts";
import { scratchDirectory, spawnWorker, stopWorker } from "../../apps/worker/test/worker-process.ts";
import { type RedisServer, startRedisServer } from "../testing/redis-server.ts";
import type { SpawnedApp } from "../testing/spawn-app.ts";
import { waitFor } from "../testing/wait-for.ts";
import { blocksOf, pages, ROOT, read } from "./pages.ts";

const TOKEN = "token-of-the-docs-tests";
const CARETAKER = join(ROOT, "apps/cli/bin/caretaker.mjs");
const scratch = scratchDirectory();
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Every line of the pages that begins like this, in a block of shell, after a prompt or between backticks, without its comment. */
function commands(start: RegExp): { page: string; line: string }[] {
  return pages().flatMap((page) => {
    const lines = blocksOf(page, "sh").flatMap((block) => block.split("\n"));
    const inline = [...read(page).matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
    const prompted = [...read(page).matchAll(/^\$ (.+)$/gm)].map(([, text = ""]) => text);
    return [...lines, ...inline, ...prompted]
      .map((line) => line.replace(/\s+#.*$/, "").trim())
      .filter((line) => start.test(line))
      .map((line) => ({ page, line }));
  });
}

/** The words of a command as a shell would split them; what stands for something of the reader's own is a word. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

describe("blocks of shell", () => {
  it.each(pages().filter((page) => blocksOf(page, "sh").length > 0))("of %s are read by a shell", (page) => {
    for (const block of blocksOf(page, "sh")) {
      // `<something>` is the reader's own.
      const { status, stderr } = spawnSync("sh", ["-n"], {
        input: block.replaceAll(/<[\w -]+>/g, "x"),
        encoding: "utf8",
      });
      expect({ status, stderr }, block).toEqual({ status: 0, stderr: "" });
    }
  });

  it.each(pages().filter((page) => blocksOf(page, "yaml").length > 0))("and of YAML, of %s, are YAML", (page) => {
    for (const block of blocksOf(page, "yaml")) {
      for (const document of parseAllDocuments(block)) expect("errors" in document && document.errors).toEqual([]);
    }
  });
});

it("every npm script that the pages name exists", () => {
  const named = commands(/^npm (run |start|test)/).map(
    ({ line }) => wordsOf(line.replace("npm run ", "npm "))[1] ?? "",
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

it("every file that the pages run with node exists once it is built", () => {
  const files = commands(/(^|\s)node (?!-)\S+\.m?js/).map(({ line }) => /node (\S+\.m?js)/.exec(line)?.[1] ?? "");
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

it("every caretaker command that the pages name is one, with these arguments and options", () => {
  const named = commands(/^(npx )?caretaker /).filter(({ line }) => !/[…|[\]]|<command>/.test(line));
  expect(named.length).toBeGreaterThan(15);
  const lines = named.map(({ line }) => wordsOf(line.replace(/^(npx )?caretaker/, "").replaceAll(/<[\w -]+>/g, "x")));
  const problems = JSON.parse(
    execFileSync(process.execPath, [join(ROOT, "scripts/docs/fixtures/parse-commands.mjs")], {
      input: JSON.stringify(lines),
      encoding: "utf8",
    }),
  ) as (string | null)[];
  const wrong = named.flatMap((command, index) => (problems[index] ? [{ ...command, problem: problems[index] }] : []));
  expect(wrong).toEqual([]);
});

describe("against a system that runs", () => {
  let redis: RedisServer;
  let api: SpawnedApp;
  let worker: SpawnedApp;
  let url: string;

  beforeAll(async () => {
    redis = await startRedisServer();
    worker = spawnWorker({ REDIS_URL: redis.url, DATA_DIR: scratch });
    api = spawnApi({ REDIS_URL: redis.url, ADMIN_TOKEN: TOKEN });
    url = await urlOf(api);
    await waitFor(async () => (await (await fetch(`${url}/status`)).text()).includes('"recordings"'), {
      what: "a status that knows the target",
    });
  });

  afterAll(async () => {
    await Promise.all([stopWorker(worker), stopApi(api)]);
    await redis.stop();
  });

  it("every curl that the pages show is answered", (context) => {
    context.skip(spawnSync("curl", ["--version"]).status !== 0, "curl is not installed");
    const lines = commands(/^curl .*127\.0\.0\.1:3000/).filter(({ line }) => !line.includes(" | "));
    expect(lines.length).toBeGreaterThan(8);
    for (const { page, line } of lines) {
      const asked = line
        .replace(/http:\/\/127\.0\.0\.1:3000/, url)
        .replace("curl ", "curl -sS --max-time 2 -w '\\n%{http_code}' ");
      const env = { PATH: process.env["PATH"], ADMIN_TOKEN: TOKEN, STATUS_TOKEN: TOKEN };
      const { stdout, stderr } = spawnSync("sh", ["-c", asked], { encoding: "utf8", env });
      expect(stdout.trim().split("\n").at(-1), `${line} (${page}): ${stderr}`).toMatch(/^20[02]$/);
    }
  });

  // Those about targets are run on one of their own, by apps/cli/test/docs.test.ts.
  it("every other caretaker command that the pages show tells something", { timeout: 120_000 }, async () => {
    const asked = commands(/^(npx )?caretaker (check|status|explain|budget)\b/).filter(
      ({ line }) => !/[…|[\]]/.test(line),
    );
    const lines = [...new Set(asked.map(({ line }) => line.replace("<check>", "redis")))];
    expect(lines.length).toBeGreaterThan(8);
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, REDIS_URL: redis.url, DATA_DIR: scratch };
    for (const line of lines) {
      const args = wordsOf(line.replace(/^(npx )?caretaker /, ""));
      const { status, stdout, stderr } = spawnSync(process.execPath, [CARETAKER, ...args], {
        encoding: "utf8",
        cwd: scratch,
        env,
      });
      // The verdict is this machine's: ffmpeg need not be here.
      expect([0, 1], `${line}: ${stderr}`).toContain(status);
      expect(stderr, line).toBe("");
      expect(stdout, line).not.toBe("");
    }
  });
});
