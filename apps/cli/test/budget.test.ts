import { expect, it } from "vitest";
import { documentOf, fleetOf, runCli } from "./cli-process.ts";

const env = fleetOf([
  { name: "database", does: "pass", critical: true },
  { name: "disk", does: "pass" },
]);

interface Told {
  readonly balancer: { readonly name: string } | null;
  readonly checks: readonly {
    readonly name: string;
    readonly budget: { readonly noticeMs: { readonly worst: number }; readonly recoverMs: { readonly worst: number } };
  }[];
  readonly problems: readonly { readonly rule: string }[];
}

const worst = ({ checks }: Told) => checks.map(({ budget }) => [budget.noticeMs.worst, budget.recoverMs.worst]);

// The figures of docs/detection-budget.md.
it.each([
  ["haproxy", 63_000, 61_000],
  ["alb", 120_000, 210_000],
  ["envoy", 61_000, 66_000],
  ["kubernetes", 86_000, 66_000],
])(
  "behind %s a critical check is noticed within %d ms and recovered within %d ms",
  async (balancer, notice, recover) => {
    const told = documentOf<Told>(await runCli(["budget", "--balancer", balancer, "--json"], env));
    expect(told.balancer?.name).toBe(balancer);
    expect(worst(told)).toEqual([
      [notice, recover],
      [55_000, 55_000],
    ]);
  },
);

it("counts the balancer of the settings in, unless it is told another, or none", async () => {
  const set = { ...env, BALANCER: "alb" };
  expect(documentOf<Told>(await runCli(["budget", "--json"], set)).balancer?.name).toBe("alb");
  expect(documentOf<Told>(await runCli(["budget", "--balancer", "none", "--json"], set)).balancer).toBeNull();
});

it("prints a table, the named checks only, and what will surprise", async () => {
  const { code, stdout } = await runCli(["budget", "database", "--balancer", "haproxy"], { ...env, DRAIN_DELAY: "5s" });
  expect(code).toBe(0);
  expect(stdout.split("\n").slice(0, 2)).toEqual([
    "CHECK     CRITICAL  EVERY  TIMEOUT  FAILURES  SUCCESSES  NOTICED IN  RECOVERED IN",
    "database  yes       30s    5s       2         2          14s to 63s  12s to 61s",
  ]);
  expect(stdout).not.toMatch(/^disk/m);
  expect(stdout).toMatch(/^warn: draining takes 5s, but haproxy may send traffic for 8s/m);
});
