import { expect, it } from "vitest";
import { singleFlight } from "./single-flight.js";

it("joins the call that is still going on, and starts anew after it, failed or not", async () => {
  const ends: ((value: PromiseLike<number>) => void)[] = [];
  const run = singleFlight(() => new Promise<number>((resolve) => ends.push(resolve)));
  const [first, second] = [run(), run()];
  expect(ends).toHaveLength(1);
  ends[0]?.(Promise.reject(new Error("x")));
  await expect(first).rejects.toThrow("x");
  await expect(second).rejects.toThrow("x");
  const third = run();
  ends[1]?.(Promise.resolve(3));
  expect(await third).toBe(3);
});
