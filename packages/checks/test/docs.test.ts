import { readFileSync } from "node:fs";
import { type CheckDefinition, CODES, InvalidCheckError } from "@caretaker/health";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };

const text = readFileSync(new URL("../../../docs/checks.md", import.meta.url), "utf8");
const rows = text
  .split("\n")
  .filter((line) => /^\| `\w+\(/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const subpaths = Object.keys(manifest.exports).map((path) => path.slice(2));

type Make = (...args: unknown[]) => CheckDefinition;
const ARGUMENTS: Readonly<Record<string, unknown>> = {
  ...{
    path: "/",
    binary: "ls",
    args: [],
    source: "X",
    url: "http://h/",
    host: "h",
    port: 1,
    hostname: "h",
    queue: "q",
  },
};
const OPTIONS: Readonly<Record<string, object>> = { redis: { url: "redis://h" }, queue: { url: "redis://h" } };

function inTicks(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** The check a row is about, made with the arguments its signature names. */
async function checkOf(signature: string, options: object = {}): Promise<CheckDefinition> {
  const [, name = "", names = ""] = /^(\w+)\((.*)\)$/.exec(signature) ?? [];
  const subpath = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const checks = (await import(`../src/${subpath}.ts`)) as Record<string, Make>;
  const args = names
    .split(", ")
    .map((argument) => (argument === "options" ? { ...OPTIONS[name], ...options } : ARGUMENTS[argument]));
  const make = checks[name];
  if (make === undefined) throw new Error(`${subpath} does not export ${name}`);
  return make(...args);
}

/** The check's own options, as it names them when it is given one that it does not have. */
async function optionsOf(signature: string): Promise<string[]> {
  const error = await checkOf(signature, { unheardOf: true }).catch((thrown: unknown) => thrown);
  if (!(error instanceof InvalidCheckError)) throw new Error(`${signature} takes any option`, { cause: error });
  const allowed = /allowed: (.*), name, every/.exec(error.message.replace("allowed: name,", "allowed: , name,"));
  const positional = signature.replace(/.*\(|\)/g, "").split(", ");
  return (allowed?.[1] ?? "").split(", ").filter((option) => option !== "" && !positional.includes(option));
}

describe("docs/checks.md", () => {
  it("has a row for each subpath, in the same order", () => {
    const names = rows.map(([, signature = ""]) => signature.replace(/`(\w+)\(.*/, "$1"));
    expect(names.map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))).toEqual(subpaths);
  });

  it.each(rows)("%s| %s is true of the code", async (_margin, signature, options, scope, codes, measures) => {
    const [call = ""] = inTicks(signature);
    const check = await checkOf(call);
    expect({ scope: check.scope, critical: check.critical }).toEqual({ scope, critical: false });
    const named = inTicks(options).filter((name) => /^[a-z]\w+$/.test(name));
    expect(named.sort()).toEqual((await optionsOf(call)).sort());
    for (const code of inTicks(codes)) expect(CODES).toContain(code);
    for (const measure of inTicks(measures)) expect(measure).toMatch(/^[a-z]\w+$/);
  });
});
