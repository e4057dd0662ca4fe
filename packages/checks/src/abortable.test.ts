import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { abortable } from "./abortable.js";

describe("abortable", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["resolves", () => Promise.resolve(1)],
    ["rejects", () => Promise.reject(new Error("no"))],
  ])("%s with the promise, and leaves no listener", async (_title, start) => {
    const { signal } = new AbortController();
    const ended = await abortable(start(), signal).catch((error: Error) => error.message);
    expect([1, "no"]).toContain(ended);
    await Promise.resolve();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("rejects with the reason as soon as it is aborted, and leaves no listener", async () => {
    const stop = new AbortController();
    const ended = abortable(new Promise(() => {}), stop.signal);
    stop.abort("enough");
    await expect(ended).rejects.toBe("enough");
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  it("rejects when it was aborted before, minds no rejection that comes later, and leaves no listener", async () => {
    const signal = AbortSignal.abort("enough");
    await expect(abortable(Promise.reject(new Error("late")), signal)).rejects.toBe("enough");
    await expect(abortable(new Promise(() => {}), signal)).rejects.toBe("enough");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
