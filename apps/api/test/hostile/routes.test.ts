import type { Express } from "express";
import { describe, expect, it } from "vitest";
import { createAccess } from "../../src/access.js";
import { type AppDeps, createApp } from "../../src/create-app.js";
import { ROUTES } from "./routes.ts";

/** What Express keeps of a path and what is at it; a part of its own type that it does not declare. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  /** With how much of the path it matched. */
  match(path: string): { readonly path: string } | false;
}

describe("the routes that go through every hostile case", () => {
  it("are all that the app has: none that was added to it is forgotten", () => {
    const app = appOfStubs();
    const routes = leavesOf((app.router as unknown as { stack: readonly Layer[] }).stack, []);
    expect(routes.length).toBeGreaterThan(10);
    const forgotten = routes.filter((route) => !isAmong(route)).map(({ leaf }) => leaf.route);
    expect(forgotten).toEqual([]);
  });

  it("would be missed, were one not among them", () => {
    const app = appOfStubs();
    app.post("/status/new", () => undefined);
    const [leaf] = leavesOf((app.router as unknown as { stack: readonly Layer[] }).stack, []).slice(-1);
    expect(leaf?.leaf.route?.path).toBe("/status/new");
    expect(leaf && isAmong(leaf)).toBe(false);
  });
});

interface Leaf {
  readonly mounts: readonly Layer[];
  readonly leaf: Layer;
}

function leavesOf(stack: readonly Layer[], mounts: readonly Layer[]): Leaf[] {
  return stack.flatMap((layer) => {
    if (layer.route !== undefined) return [{ mounts, leaf: layer }];
    return leavesOf(layer.handle.stack ?? [], [...mounts, layer]);
  });
}

function isAmong({ mounts, leaf }: Leaf): boolean {
  return ROUTES.some(({ method, path }) => {
    if (leaf.route?.methods[method.toLowerCase()] !== true) return false;
    let rest = path;
    for (const mount of mounts) {
      const match = mount.match(rest);
      if (match === false) return false;
      rest = rest.slice(match.path.length) || "/";
    }
    return leaf.match(rest) !== false;
  });
}

/** Nothing of it is asked anything: it is only looked at. */
function appOfStubs(): Express {
  const access = createAccess({ statusToken: "s", adminToken: "a", host: "127.0.0.1" });
  const handle = () => undefined;
  const stubs = {
    probes: { attach: () => undefined },
    events: { handle },
    metrics: handle,
    queueBoard: handle,
    access,
  };
  return createApp({ ...stubs, dashboardDir: "/" } as unknown as AppDeps);
}
