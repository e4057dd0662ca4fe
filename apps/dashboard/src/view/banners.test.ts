import { describe, expect, it } from "vitest";
import { banners } from "./banners.js";
import { knowledge, NOW_MS, status, WORKER } from "./testing.test.fixture.js";

const titles = (changes: Parameters<typeof knowledge>[0]) => banners(knowledge(changes)).map(({ title }) => title);

describe("the banners", () => {
  it("are none while all is well, and none on a page that may not read", () => {
    expect(titles({})).toEqual([]);
    expect(titles({ connection: "locked", status: null, trouble: "no" })).toEqual([]);
  });

  const away = status({ store: { reachable: false, loaded: true, readAtMs: NOW_MS - 9_000 } });
  it.each([
    ["No answer from the service", { trouble: "it cannot be reached", connection: "away" }],
    ["Redis cannot be reached", { status: away }],
    ["No worker is alive", { status: status({ workers: [] }) }],
    ["Held in service", { status: status({ code: "guarded", guard: { maxUnavailable: 0.5, fleet: null } }) }],
  ] as const)("say: %s", (title, changes) => {
    expect(titles(changes)).toEqual([title]);
  });

  it("say that no worker is alive 15 s after the last beat, to the millisecond", () => {
    expect(titles({ nowMs: NOW_MS + 15_000 })).toEqual([]);
    expect(titles({ nowMs: NOW_MS + 15_001 })).toEqual(["No worker is alive"]);
    expect(banners(knowledge({ nowMs: NOW_MS + 20_000 }))[0]?.text).toContain("Last heard 20 s ago.");
  });

  it("say that the page is behind where neither the stream nor an answer came, to the millisecond", () => {
    const heard = status({ workers: [{ ...WORKER, beatAtMs: NOW_MS + 40_000 }] });
    expect(titles({ status: heard, nowMs: NOW_MS + 35_000 })).toEqual([]);
    expect(titles({ status: heard, nowMs: NOW_MS + 35_001 })).toEqual(["This page is behind"]);
    // Without script nobody follows: the page says in its head how old it is.
    expect(titles({ status: heard, nowMs: NOW_MS + 35_001, connection: "none" })).toEqual([]);
  });

  it("say nothing of workers before the store was read", () => {
    expect(
      titles({ status: status({ workers: [], store: { reachable: true, loaded: false, readAtMs: null } }) }),
    ).toEqual([]);
  });
});
