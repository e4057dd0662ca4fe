import { describe, expect, it } from "vitest";
import { createLifecycle } from "./lifecycle.js";

describe("a lifecycle", () => {
  it("starts, gets ready, drains", () => {
    const lifecycle = createLifecycle();
    expect(lifecycle.state()).toBe("starting");
    lifecycle.ready();
    lifecycle.ready();
    expect(lifecycle.state()).toBe("ready");
    lifecycle.drain();
    expect(lifecycle.state()).toBe("draining");
  });

  it("latches draining: neither ready nor a second stop signal clears it", () => {
    const lifecycle = createLifecycle();
    lifecycle.drain();
    lifecycle.ready();
    lifecycle.drain();
    lifecycle.ready();
    expect(lifecycle.state()).toBe("draining");
  });

  it("belongs to one process part: two share nothing", () => {
    const first = createLifecycle();
    const second = createLifecycle();
    first.drain();
    expect(second.state()).toBe("starting");
  });
});
