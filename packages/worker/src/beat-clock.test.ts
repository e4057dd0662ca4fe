import { expect, it } from "vitest";
import { createBeatClock } from "./beat-clock.js";

it("tells moments in the store's time from the first beat on, whatever the host's clock says", () => {
  let nowMs = 500;
  const clock = createBeatClock(() => nowMs);
  clock.set(1_000_000);
  expect(clock.toStoreMs(500)).toBe(1_000_000);
  expect(clock.toStoreMs(200)).toBe(999_700);
  nowMs = 3_500;
  clock.set(1_003_012);
  expect(clock.toStoreMs(500)).toBe(1_000_000);
});
