/** Something a router answers: its path is as the route spells it, with parameters. */
export interface Place {
  readonly method: string;
  readonly path: string;
}

/** What is known of handlers that are neither routes nor routers. */
export interface KnownHandlers {
  /** The names of those that answer nothing by themselves, or only with a refusal. */
  readonly passing: ReadonlySet<string>;
}

/**
 * Everything an Express app or router answers, whatever is nested in it, so that nobody has to keep a list. A file server
 * stands as `/*file` below its mount.
 *
 * @throws where a handler may answer who knows what: it has to become a route, or be named as one that passes.
 */
export function placesOf(handler: unknown, known: KnownHandlers, base = ""): readonly Place[] {
  return (stackOf(handler) ?? []).flatMap((layer) => {
    const paths = pathsOf(layer).map((path) => base + path.replace(/\/$/, ""));
    if (layer.route !== undefined) return atEach(paths, methodsOf(layer.route));
    if (stackOf(layer.handle) !== null) return paths.flatMap((path) => placesOf(layer.handle, known, path));
    if (layer.name === "serveStatic") return atEach(paths, ["GET"], "/*file");
    if (known.passing.has(layer.name) || isErrorHandler(layer)) return [];
    throw new Error(
      `nobody knows what ${layer.name} answers at ${paths}: make it a route, or name it as one that passes`,
    );
  });
}

interface Layer {
  readonly name: string;
  readonly rawPath: unknown;
  readonly handle: unknown;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
}

interface Stacked {
  readonly stack?: readonly Layer[];
  /** An app has its router here; the getter of one that has none yet makes it. */
  readonly router?: { readonly stack: readonly Layer[] };
}

function stackOf(handler: unknown): readonly Layer[] | null {
  const { stack, router } = handler as Stacked;
  return stack ?? router?.stack ?? null;
}

function pathsOf({ rawPath, name }: Layer): readonly string[] {
  return [rawPath].flat().map((path) => {
    if (typeof path === "string") return path;
    throw new Error(`${name} is mounted at ${path}, which is no text: what it answers cannot be told`);
  });
}

function methodsOf({ methods }: NonNullable<Layer["route"]>): readonly string[] {
  if (methods["_all"]) return ["GET", "POST", "PUT", "PATCH", "DELETE"];
  return Object.keys(methods).map((method) => method.toUpperCase());
}

function atEach(paths: readonly string[], methods: readonly string[], suffix = ""): readonly Place[] {
  return paths.flatMap((path) => methods.map((method) => ({ method, path: path + suffix || "/" })));
}

function isErrorHandler({ handle }: Layer): boolean {
  return (handle as { readonly length: number }).length === 4;
}
