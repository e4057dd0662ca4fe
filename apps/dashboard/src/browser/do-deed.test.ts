import { expect, it } from "vitest";
import type { Deed } from "../components/page.js";
import { requestOf } from "./do-deed.js";

const reason = "asked for on the dashboard";

it.each<[Deed, string, object]>([
  [{ kind: "cleanup", target: "calls" }, "retention/calls/runs", { reason }],
  [{ kind: "dry-run", target: "calls" }, "retention/calls/runs", { dryRun: true, reason }],
  [
    { kind: "confirm", target: "calls", planId: "p", candidates: 1 },
    "retention/calls/confirm",
    { planId: "p", reason },
  ],
  [{ kind: "restore", target: "calls" }, "retention/calls/restore", { session: "s", reason }],
  [{ kind: "check", check: "db", host: null }, "checks/db/runs", {}],
  [{ kind: "check", check: "disk", host: "a" }, "checks/disk/runs", { host: "a" }],
])("%j is asked of %s", (deed, url, body) => {
  expect(requestOf(deed, "s")).toMatchObject({ url, body });
});
