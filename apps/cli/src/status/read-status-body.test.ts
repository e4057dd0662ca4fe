import { expect, it } from "vitest";
import { readStatusBody } from "./read-status-body.js";

it.each([
  null,
  "pass",
  {},
  { version: 2, verdict: "pass" },
  { version: 1, nowMs: 1, verdict: "ok", code: null, storeReachable: true, checks: [], workers: [], retention: [] },
  { version: 1, nowMs: 1, verdict: "pass", code: null, storeReachable: true, checks: [{}], workers: [], retention: [] },
])("takes %j for no status", (body) => {
  expect(readStatusBody(body)).toBeNull();
});

it("takes what it knows of a status, and leaves the rest", () => {
  const body = { version: 1, nowMs: 1, verdict: "pass", code: null, storeReachable: true, checks: [], workers: [] };
  expect(readStatusBody({ ...body, retention: [], guard: null, balancer: null })).toEqual({
    nowMs: 1,
    verdict: "pass",
    code: null,
    storeReachable: true,
    checks: [],
    workers: [],
    targets: [],
  });
});
