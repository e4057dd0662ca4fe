import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../redis/free-port.mjs";
import { type RedisServer, startRedisServer } from "../testing/redis-server.ts";
import { type SystemdMachine, startSystemdMachine } from "../testing/systemd-machine.ts";
import { waitFor } from "../testing/wait-for.ts";
import { blocksOf } from "./pages.ts";

const lines = blocksOf("docs/guides/systemd.md", "sh")
  .flatMap((block) => block.split("\n"))
  .map((line) => line.replace(/\s+#.*$/, ""))
  .filter((line) => line !== "");
// There already: the repository, built, at its place.
const isInstall = (line: string) => /^(git clone|npm ci)/.test(line);
const start = lines.findIndex((line) => line.startsWith("systemctl daemon-reload"));

describe("docs/guides/systemd.md", () => {
  let redis: RedisServer;
  /** Or why there is none. */
  let started: SystemdMachine | string;
  let machine: SystemdMachine;
  let port: number;

  beforeAll(async () => {
    redis = await startRedisServer();
    port = await freePort();
    started = await startSystemdMachine().catch((error: unknown) => String(error));
    if (typeof started !== "string") machine = started;
  });

  beforeEach((context) => {
    // Needs root, and a system that lets it have namespaces and control groups.
    context.skip(typeof started === "string", String(started));
  });

  afterAll(async () => {
    await machine?.stop();
    await redis.stop();
  });

  it("has commands that install and start both services", { timeout: 60_000 }, async () => {
    for (const line of lines.slice(0, start).filter((line) => !isInstall(line))) await machine.type(line);
    await set(`REDIS_URL=${redis.url}`, `PORT=${port}`, "DRAIN_DELAY=0s");
    for (const line of lines.slice(start)) {
      const asked = line.replace(
        "curl -i http://127.0.0.1:3000",
        `curl -sS --retry 20 --retry-all-errors --retry-delay 1 -f http://127.0.0.1:${port}`,
      );
      expect(await machine.type(asked), line).toEqual(expect.any(String));
    }
    expect(await machine.type("systemctl is-enabled caretaker-api caretaker-worker")).toBe("enabled\nenabled\n");
    expect(await show("worker", "User", "NoNewPrivileges", "ProtectSystem")).toEqual(["caretaker", "yes", "strict"]);
  });

  it("promises a worker that runs checks and cleanups in what little it may write", async () => {
    const journal = await waitFor(
      async () => {
        const text = await journalOf("worker");
        return text.includes('"cleanup done"') && text.includes('"check":"database"') && text;
      },
      { what: "a cleanup and a check in the journal" },
    );
    expect(journal).toContain('"path":"/var/lib/caretaker/caretaker.db"');
    expect(await machine.type("stat -c %U:%a /var/lib/caretaker")).toBe("caretaker:750\n");
  });

  it("promises that what was killed is started again", async () => {
    await machine.type("systemctl kill --signal=KILL caretaker-worker");
    await waitFor(async () => (await journalOf("worker")).split('"worker started"').length === 3, {
      what: "its restart",
    });
    expect(await show("worker", "NRestarts", "ActiveState")).toEqual(["1", "active"]);
  });

  it("promises that both stop in order", async () => {
    await machine.type("systemctl stop caretaker-api caretaker-worker");
    for (const app of ["api", "worker"] as const) {
      expect(await show(app, "ActiveState", "Result", "ExecMainStatus")).toEqual(["inactive", "success", "0"]);
    }
  });

  it("promises that wrong settings are told, and not tried again", async () => {
    await set("PORT=abc");
    await machine.type("systemctl start caretaker-api");
    await waitFor(async () => (await show("api", "ActiveState"))[0] === "failed", { what: "its end" });
    expect(await show("api", "ExecMainStatus", "NRestarts")).toEqual(["78", "0"]);
    expect(await journalOf("api")).toContain('PORT: "abc" is not allowed');
  });

  async function set(...settings: readonly string[]): Promise<void> {
    for (const setting of settings) await machine.type(`echo ${setting} >> /etc/caretaker/caretaker.env`);
  }

  function journalOf(app: "api" | "worker"): Promise<string> {
    return machine.type(`journalctl -u caretaker-${app} -o cat --no-pager`);
  }

  async function show(app: "api" | "worker", ...properties: readonly string[]): Promise<string[]> {
    const shown = await machine.type(`systemctl show caretaker-${app} -p ${properties.join(",")}`);
    const values = new Map(
      shown
        .trim()
        .split("\n")
        .map((line) => line.split("=", 2) as [string, string]),
    );
    return properties.map((property) => values.get(property) ?? "");
  }
});
