import { expect, it } from "vitest";
import { formatNotice } from "./format-notice.js";
import type { Notice } from "./notice.js";

const DOWN: Notice = {
  id: "1764115200000-0",
  kind: "down",
  check: "db",
  host: "host-a",
  from: "up",
  state: "down",
  code: "refused",
  critical: true,
  sinceMs: 1_764_115_200_000,
  troubledForMs: null,
  changes: 1,
};
const UP: Notice = { ...DOWN, kind: "recovered", from: "down", state: "up", code: "ok", troubledForMs: 61_400 };
const FLAPPING: Notice = { ...DOWN, kind: "flapping", changes: 7, host: null, critical: false };

it("tells programs everything, and nothing but this", () => {
  expect(JSON.parse(formatNotice(DOWN, "json"))).toEqual({
    version: 1,
    id: "1764115200000-0",
    kind: "down",
    check: "db",
    host: "host-a",
    from: "up",
    state: "down",
    code: "refused",
    critical: true,
    output: "db refused the connection or the request",
    since: "2025-11-26T00:00:00.000Z",
    troubledForMs: null,
    changes: 1,
    text: "🟥 db on host-a is DOWN: db refused the connection or the request, since 2025-11-26T00:00:00Z",
  });
});

it.each([
  [UP, "🟢 db on host-a is up again: since 2025-11-26T00:00:00Z, it was not for 61s"],
  [
    FLAPPING,
    "🟥 db changed 7 times more and is DOWN now (not critical): db refused the connection or the request, since 2025-11-26T00:00:00Z",
  ],
])("tells a chat one sentence, as text and as a block", (notice, text) => {
  expect(JSON.parse(formatNotice(notice, "slack"))).toEqual({
    text,
    blocks: [{ type: "section", text: { type: "mrkdwn", text } }],
  });
});

it("lets no name link or address anybody in a chat", () => {
  const { text } = JSON.parse(formatNotice({ ...DOWN, host: "<!channel>&" }, "slack")) as { text: string };
  expect(text).toContain("db on &lt;!channel&gt;&amp; is DOWN");
});
