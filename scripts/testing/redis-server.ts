import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../redis/free-port.mjs";
import { signalTied, spawnTied } from "../redis/spawn-tied.mjs";
import { liveProcesses } from "./live-processes.ts";

/** How to start a Redis of a test's own. */
export interface RedisServerOptions {
  /** A loopback port; a free one unless told. */
  port?: number;
  /** Its directory; a temporary one, removed on `stop()`, unless told. */
  dir?: string;
  /** Further arguments, e.g. `["--appendonly", "yes"]`; they win over the defaults. */
  args?: readonly string[];
  password?: string;
}

/** A Redis that belongs to one test: stop it in `afterEach`/`afterAll`, or the suite fails. */
export interface RedisServer {
  /** `redis://[:password@]127.0.0.1:port`, the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Of the running server; changes with a restart. */
  readonly pid: number;
  readonly dir: string;
  /** SIGTERM, SIGKILL after 5 s; idempotent. Removes the temporary directory. */
  stop(): Promise<void>;
  /** As a crash: SIGKILL, resolves when the process is gone. The data stay for `restart`. */
  kill9(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends it if it runs and starts it on the same port, with (default) or without what it held. */
  restart(options?: { keepData?: boolean }): Promise<void>;
}

/**
 * Starts a private redis-server (the one in `CARETAKER_REDIS_SERVER`) and resolves when it accepts connections. It dies
 * with the test process. Throws with the server's last lines if it does not come up within 10 s.
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "caretaker-redis-"));
  const ownsDir = options.dir === undefined;
  const port = options.port ?? (await freePort());
  const removeDir = () => {
    if (ownsDir) rmSync(dir, { recursive: true, force: true });
  };
  let running = await launch(dir, port, options).catch((error: unknown) => {
    removeDir();
    throw error;
  });

  async function stop(): Promise<void> {
    await end(running, "SIGTERM");
    removeDir();
  }

  return {
    url: `redis://${options.password ? `:${encodeURIComponent(options.password)}@` : ""}127.0.0.1:${port}`,
    port,
    dir,
    get pid() {
      return running.pid;
    },
    stop,
    kill9: () => end(running, "SIGKILL"),
    pause: () => signal(running, "SIGSTOP"),
    resume: () => signal(running, "SIGCONT"),
    async restart({ keepData = true } = {}) {
      await end(running, "SIGTERM");
      if (!keepData)
        for (const name of ["appendonlydir", "dump.rdb"]) rmSync(join(dir, name), { recursive: true, force: true });
      running = await launch(dir, port, options);
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly closed: Promise<void>;
}

async function launch(dir: string, port: number, { args = [], password }: RedisServerOptions): Promise<Running> {
  const child = spawnTied(
    serverPath(),
    [
      ...[
        "--bind",
        "127.0.0.1",
        "--port",
        String(port),
        "--dir",
        dir,
        "--save",
        "",
        "--maxmemory-policy",
        "noeviction",
      ],
      // What was acknowledged is in the file before the reply leaves: a kill9() loses nothing, as in the product.
      ...["--appendonly", "yes", "--hz", "100", "--loglevel", "notice"],
      ...(password === undefined ? [] : ["--requirepass", password]),
      ...args,
    ],
    // A paused server would sleep through a SIGTERM.
    { signal: "SIGKILL" },
  );
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const entry = { name: `redis-server ${child.pid} on port ${port}`, kill: () => void signalTied(child, "SIGKILL") };
  liveProcesses().add(entry);
  void closed.then(() => liveProcesses().delete(entry));
  await accepting(child, closed);
  return { child, pid: child.pid ?? -1, closed };
}

function serverPath(): string {
  const path = process.env["CARETAKER_REDIS_SERVER"];
  if (path) return path;
  throw new Error(
    "CARETAKER_REDIS_SERVER is not set: no redis-server was found for the tests (see the start of the run)",
  );
}

async function accepting(child: ChildProcess, closed: Promise<void>): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      signalTied(child, "SIGKILL");
      reject(new Error(`redis-server ${why}:\n${lines.slice(-15).join("\n")}`));
    };
    const timer = setTimeout(() => fail("did not accept connections within 10 s"), 10_000);
    child.once("error", (error) => fail(`could not be started: ${error.message}`));
    void closed.then(() => fail(`ended with ${child.exitCode ?? child.signalCode}`)).finally(() => clearTimeout(timer));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        // The last lines only: a test may run the server for minutes with a talkative log level.
        if (lines.push(line) > 50) lines.shift();
        if (/ready to accept connections/i.test(line)) {
          clearTimeout(timer);
          resolve();
        }
      });
    }
  });
}

async function end({ child, closed }: Running, how: "SIGTERM" | "SIGKILL"): Promise<void> {
  signalTied(child, "SIGCONT");
  signalTied(child, how);
  const timer = setTimeout(() => signalTied(child, "SIGKILL"), 5_000);
  await closed;
  clearTimeout(timer);
}

function signal({ child, pid }: Running, name: NodeJS.Signals): void {
  if (!signalTied(child, name)) throw new Error(`redis-server ${pid} is not running: cannot send ${name}`);
}
