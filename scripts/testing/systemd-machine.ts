import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { liveProcesses } from "./live-processes.ts";
import { waitFor } from "./wait-for.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("fixtures/systemd-machine.sh", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const BOOT_MS = 30_000;

/** A systemd that belongs to one test, as process 1 of namespaces of its own: stop it, or the suite fails. */
export interface SystemdMachine {
  /** What a line of shell prints in the repository there, as root; rejects where it ends with something else than 0. */
  type(line: string): Promise<string>;
  /** As if its power were cut; idempotent. */
  stop(): Promise<void>;
}

/** Boots it; rejects with what it said where namespaces or systemd cannot be had. */
export async function startSystemdMachine(): Promise<SystemdMachine> {
  if (process.getuid?.() !== 0) throw new Error("booting systemd needs root");
  const scratch = mkdtempSync(join(tmpdir(), "caretaker-systemd-"));
  const cgroup = `caretaker-test-${process.pid}`;
  // Ends with this process, whatever ends it.
  const args = ["--pdeathsig", "KILL", "bash", SCRIPT, scratch, REPOSITORY, cgroup];
  const child = spawn("setpriv", args, { stdio: ["ignore", "pipe", "pipe"] });
  // Where the command itself is missing, that is an error, and then its end.
  const ended = new Promise<void>((resolve) => child.once("error", () => resolve()).once("close", () => resolve()));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  const live = { name: "a systemd", kill: () => child.kill("SIGKILL") };
  liveProcesses().add(live);
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    removeCgroup(cgroup);
    rmSync(scratch, { recursive: true, force: true });
    liveProcesses().delete(live);
  };
  const type = (line: string) => typeAt(child, line);
  try {
    const booted = waitFor(() => type("systemctl is-active basic.target"), { timeoutMs: BOOT_MS, what: "systemd" });
    await Promise.race([booted, ended.then(() => Promise.reject(new Error("it ended")))]);
  } catch (error) {
    await stop();
    throw new Error(`systemd cannot be booted here: ${String(error)}\n${said.slice(-2_000)}`);
  }
  return { type, stop };
}

async function typeAt(child: ChildProcess, line: string): Promise<string> {
  const init = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
  const inside = ["-t", init, "-m", "-p", "-C", "-u", "-i", "--root", "--wd=/"];
  const { stdout } = await run("nsenter", [...inside, "sh", "-c", `cd /opt/caretaker && ${line}`]);
  return stdout;
}

/** What it leaves: empty groups, the innermost first. */
function removeCgroup(name: string): void {
  for (const hierarchy of ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"]) {
    const find = `[ ! -d ${hierarchy}/${name} ] || find ${hierarchy}/${name} -depth -type d -exec rmdir {} +`;
    execFileSync("sh", ["-c", find], { stdio: "ignore" });
  }
}
