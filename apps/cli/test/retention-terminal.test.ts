import { stripVTControlCharacters } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { makeSession, namesIn } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { scratchDirectory } from "./cli-process.ts";
import { hasTerminal, NO_TERMINAL, onTerminal } from "./on-terminal.ts";
import { makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();

describe("on a terminal", () => {
  beforeEach((context) => context.skip(!hasTerminal(), NO_TERMINAL));

  /** A command on a root of some sessions, at the moment it asks. */
  async function asked(count: number, command: (planId: string) => string) {
    const target = makeCliTarget(scratch);
    const names = Array.from({ length: count }, (_, day) => makeSession(target.root, "call", day + 1));
    const { stdout } = await target.run("retention plan recordings");
    const [, planId = ""] = /^plan {6}(\S+)$/m.exec(stdout) ?? [];
    const terminal = onTerminal(command(planId), { columns: 120, env: target.env });
    await waitFor(() => terminal.text().includes("[y/N]"), { what: "the question", timeoutMs: 20_000 });
    return { target, names, terminal };
  }

  const RUN = () => "retention run recordings";

  it("run shows the plan and asks; yes deletes exactly that", async () => {
    const { target, names, terminal } = await asked(3, RUN);
    const text = stripVTControlCharacters(terminal.text());
    expect(text).toMatch(new RegExp(`^delete +beyond_keep .* ${names[0]}`, "m"));
    expect(text).toContain("Delete 2 sessions of recordings? [y/N]");
    terminal.type("y\n");
    expect(await terminal.exit).toBe(0);
    expect(terminal.text()).toContain("\u001b[32mdone\u001b[39m: deleted 2");
    expect(namesIn(target.root)).toEqual(names.slice(2));
  });

  it.each([
    ["no", "n\n", 1, "not confirmed; nothing was touched"],
    ["nothing", "\n", 1, "not confirmed; nothing was touched"],
    ["the end of input", "\u0004", 1, "not confirmed; nothing was touched"],
    ["Ctrl-C", "\u0003", 130, "interrupted"],
  ])("%s is no yes, and touches nothing", async (_name, keys, exitCode, message) => {
    const { target, terminal } = await asked(2, RUN);
    const before = target.tree();
    terminal.type(keys);
    expect(await terminal.exit).toBe(exitCode);
    expect(terminal.text()).toContain(`caretaker: ${message}`);
    expect(target.tree()).toEqual(before);
  });

  it("a plan that changed while nobody answered is not applied, nor is the new one", async () => {
    const { target, names, terminal } = await asked(2, RUN);
    const [newer] = [makeSession(target.root, "call", 9)];
    terminal.type("y\n");
    expect(await terminal.exit).toBe(1);
    expect(terminal.text()).toMatch(/is out of date: the plan is [0-9a-f]{64} now; nothing was touched/);
    expect(namesIn(target.root).sort()).toEqual([...names, newer].sort());
  });

  it("confirm shows what it lets go ahead, against the guards, and asks", async () => {
    const { target, names, terminal } = await asked(12, (planId) => `retention confirm recordings ${planId}`);
    expect(stripVTControlCharacters(terminal.text())).toMatch(/^refused {3}too_many: /m);
    terminal.type("yes\n");
    expect(await terminal.exit).toBe(0);
    expect(namesIn(target.root)).toEqual(names.slice(11));
  });

  it("run does not ask for what the guards refuse, and says how to go on", async () => {
    const target = makeCliTarget(scratch);
    for (let day = 1; day <= 12; day += 1) makeSession(target.root, "call", day);
    const terminal = onTerminal("retention run recordings", { columns: 120, env: target.env });
    expect(await terminal.exit).toBe(1);
    expect(terminal.text()).not.toContain("[y/N]");
    expect(terminal.text()).toMatch(/confirm plan [0-9a-f]{64}/);
    expect(namesIn(target.root)).toHaveLength(12);
  });

  it("adopt shows the marker and asks", async () => {
    const target = makeCliTarget(scratch, { activeFor: "1ms" });
    const name = makeSession(target.root, "crashed", 1, { marker: null });
    const terminal = onTerminal(`retention adopt recordings ${name}`, { columns: 120, env: target.env });
    await waitFor(() => terminal.text().includes("Write 1 marker? [y/N]"), { what: "the question", timeoutMs: 20_000 });
    expect(terminal.text()).toContain('"session_id": "crashed"');
    terminal.type("y\n");
    expect(await terminal.exit).toBe(0);
    expect((await target.run("retention plan recordings")).stdout).toMatch(/^sessions {2}1 owned$/m);
  });

  it("a long plan is drawn together to what one rule decided alike, and whole with --all; progress leaves nothing", async () => {
    const target = makeCliTarget(scratch, { keep: { last: 120, monthly: 1 } });
    for (let n = 0; n < 230; n += 1) makeSession(target.root, `call-${n}`, 1 + (n % 28), { files: {} });
    const seen = async (command: string) => {
      const terminal = onTerminal(command, { columns: 100, env: target.env });
      expect(await terminal.exit).toBe(0);
      return stripVTControlCharacters(terminal.text()).split(/\r?\n/);
    };
    const short = await seen("retention plan recordings");
    expect(short.filter((line) => line.startsWith("delete "))).toHaveLength(2 + 1);
    expect(short.find((line) => /^delete +beyond_keep +110 /.test(line))).toContain("…");
    expect(short).toContain("Drawn together; --all shows each entry.");
    expect(short.every((line) => line.length <= 100 || line.includes("plan "))).toBe(true);
    const whole = await seen("retention plan recordings --all");
    expect(whole.filter((line) => /^(delete|keep) +\S+ +2024-/.test(line))).toHaveLength(230);
  });
});
