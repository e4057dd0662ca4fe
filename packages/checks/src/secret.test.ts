import { afterEach, describe, expect, it, vi } from "vitest";
import { secret } from "./secret.js";

const signal = new AbortController().signal;

afterEach(() => vi.unstubAllEnvs());

describe("secret", () => {
  it.each([
    ["sk-canary", "pass"],
    [" ", "fail"],
    ["\n", "fail"],
    ["", "fail"],
    [undefined, "fail"],
  ])("of the environment being %j is a %s, and nothing else is told", async (value, status) => {
    vi.stubEnv("CARETAKER_TEST_SECRET", value);
    const result = await secret("CARETAKER_TEST_SECRET").run({ signal });
    expect(result).toEqual(
      status === "pass" ? { status, code: "ok", measures: {} } : { status, code: "not_configured" },
    );
  });

  it("asks a function each time", async () => {
    const values = [undefined, "now it is there"];
    const check = secret(() => Promise.resolve(values.shift()), { name: "token" });
    expect(await check.run({ signal })).toMatchObject({ code: "not_configured" });
    expect(await check.run({ signal })).toMatchObject({ status: "pass" });
  });

  it("takes the code of what the function throws", async () => {
    const error = Object.assign(new Error("canary"), { code: "ENOENT" });
    const check = secret(() => Promise.reject(error));
    expect(await check.run({ signal })).toEqual({ status: "fail", code: "not_found", error });
  });

  it("leaves a function that hangs when it is aborted", async () => {
    const abort = new AbortController();
    const run = secret(() => new Promise(() => {})).run({ signal: abort.signal });
    abort.abort();
    expect(await run).toMatchObject({ status: "fail", code: "aborted" });
  });
});
