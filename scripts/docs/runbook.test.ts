import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT, read } from "./pages.ts";

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}

function alerts(): string[] {
  const files = readdirSync(join(ROOT, "deploy/prometheus")).filter((name) => name.endsWith("-alerts.yml"));
  return files.flatMap((name) => {
    const { groups } = parse(read(join("deploy/prometheus", name))) as RuleFile;
    return groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
  });
}

it("every alert that is shipped has an entry in the runbook that asks a question first, and every entry is of one", () => {
  expect(alerts().length).toBeGreaterThanOrEqual(15);
  const entries = new Map(
    read("docs/runbook.md")
      .split(/^### /m)
      .slice(1)
      .map((entry) => [entry.split("\n")[0], entry]),
  );
  expect([...entries.keys()].toSorted()).toEqual(alerts().toSorted());
  for (const alert of alerts()) expect(entries.get(alert), alert).toMatch(/\*\*[^*]+\?\*\*/);
});
