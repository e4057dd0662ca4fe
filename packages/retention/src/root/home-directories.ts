import { readFile } from "node:fs/promises";
import { homedir } from "node:os";

const SHARED = ["/home", "/root", "/Users"];
// Accounts without a home name one of these.
const NO_HOMES = new Set(["", "/", "/nonexistent", "/dev/null"]);

/** The home directories this machine knows of: this user's, every account's, and where they usually are. */
export async function homeDirectories(): Promise<string[]> {
  return [...new Set([homedir(), ...SHARED, ...(await accountHomes())])].filter((path) => !NO_HOMES.has(path));
}

async function accountHomes(): Promise<string[]> {
  try {
    const accounts = (await readFile("/etc/passwd", "utf8")).split("\n");
    return accounts.map((account) => account.split(":")[5] ?? "").filter((home) => home.startsWith("/"));
  } catch {
    // No such file outside Unix, and none readable in some containers: the usual places still count.
    return [];
  }
}
