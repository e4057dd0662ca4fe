import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { describeFailure } from "./describe-failure.js";
import { DeclinedError, RetentionFailedError, StoreUnreachableError, UnknownNameError, UsageError } from "./errors.js";

const calm = new AbortController().signal;
const coded = (code: string) => Object.assign(new Error("what happened"), { code });

describe("describeFailure", () => {
  it.each<[string, unknown, number, string]>([
    ["an unknown name", new UnknownNameError("check", ["x"], ["a"]), 2, "ERR_UNKNOWN_NAME"],
    ["wrong options", new UsageError("no"), 2, "ERR_USAGE"],
    ["wrong settings", coded("ERR_INVALID_SETTINGS"), 2, "ERR_INVALID_SETTINGS"],
    ["a wrong file", coded("ERR_INVALID_CONFIG"), 2, "ERR_INVALID_CONFIG"],
    ["a store that is away", new StoreUnreachableError("away"), 1, "ERR_STORE_UNREACHABLE"],
    ["a root that is refused", coded("ERR_ROOT_REFUSED"), 1, "ERR_ROOT_REFUSED"],
    ["a run that was refused", new RetentionFailedError("ERR_GUARDED", "no"), 1, "ERR_GUARDED"],
    ["an answer that is no yes", new DeclinedError(), 1, "ERR_DECLINED"],
    ["arguments", new CommanderError(1, "commander.unknownOption", "error: unknown option"), 2, "ERR_USAGE"],
    ["a bug", new TypeError("x is not a function"), 1, "ERR_INTERNAL"],
    ["something thrown that is no error", "text", 1, "ERR_INTERNAL"],
  ])("%s", (_name, error, exitCode, code) => {
    expect(describeFailure(error, calm)).toMatchObject({ exitCode, code });
  });

  it("names the value and what is known", () => {
    expect(describeFailure(new UnknownNameError("target", ["x", "y"], ["a", "b"]), calm).message).toBe(
      'no such target: "x", "y"; known: a, b',
    );
  });

  it("says where a bug is, and of nothing else", () => {
    expect(describeFailure(new TypeError("x"), calm).message).toContain("describe-failure.test");
    expect(describeFailure(coded("ERR_DB_LOCKED"), calm).message).toBe("what happened");
  });

  it("has said everything once help or the version was shown", () => {
    const help = new CommanderError(0, "commander.helpDisplayed", "(outputHelp)");
    expect(describeFailure(help, calm)).toMatchObject({ exitCode: 0, message: "" });
    const noCommand = new CommanderError(1, "commander.help", "(outputHelp)");
    expect(describeFailure(noCommand, calm)).toMatchObject({ exitCode: 2, message: "" });
  });

  it("lets an interruption win over what it caused", () => {
    expect(describeFailure(new StoreUnreachableError("away"), AbortSignal.abort())).toMatchObject({
      exitCode: 130,
      code: "ERR_INTERRUPTED",
    });
  });
});
