/** What a probe's URL asks for. */
export type Route =
  | { readonly kind: "liveness"; readonly isCanonical: boolean }
  | { readonly kind: "startup" }
  | { readonly kind: "readiness"; readonly exclude: readonly string[]; readonly verbose: boolean }
  | { readonly kind: "check"; readonly name: string; readonly verbose: boolean };

/** At most this many `?exclude=` names are read; there can be no more checks than that. */
const MAX_EXCLUDED = 200;

const READINESS: Route = { kind: "readiness", exclude: [], verbose: false };

const PATHS: Readonly<Record<string, Route>> = {
  "/health": { kind: "liveness", isCanonical: true },
  "/livez": { kind: "liveness", isCanonical: false },
  "/healthz": { kind: "liveness", isCanonical: false },
  "/health/ready": READINESS,
  "/readyz": READINESS,
  "/health/startup": { kind: "startup" },
  "/startupz": { kind: "startup" },
};

/** The paths of probes, those of single checks apart. */
export const PROBE_PATHS: readonly string[] = Object.keys(PATHS);

/** A function that reads a request's target; `undefined` for one that is not a probe's. `basePath` has no slash at its end. */
export function createMatcher(basePath: string): (url: string, method?: string) => Route | undefined {
  const exact = new Map(Object.entries(PATHS).map(([path, route]) => [basePath + path, route]));
  const checkPrefix = `${basePath}/health/ready/`;
  return (url, method) => {
    const known = exact.get(url);
    if (known !== undefined) return known;
    // Apache's hcmethod=OPTIONS asks for "*", whatever hcuri says; without an answer its member stays down for ever.
    if (url === "*") return method === "OPTIONS" ? READINESS : undefined;
    return matchLoosely(url, { exact, checkPrefix });
  };
}

interface Table {
  readonly exact: ReadonlyMap<string, Route>;
  readonly checkPrefix: string;
}

function matchLoosely(url: string, { exact, checkPrefix }: Table): Route | undefined {
  const [path, search] = split(url);
  const route = exact.get(path);
  if (route?.kind === "readiness") return { kind: "readiness", ...readQuery(search) };
  if (route !== undefined) return route;
  if (!path.startsWith(checkPrefix) || path.length === checkPrefix.length) return undefined;
  return { kind: "check", name: path.slice(checkPrefix.length), verbose: readQuery(search).verbose };
}

function split(url: string): [path: string, search: string] {
  const target = url.startsWith("/") ? url : withoutOrigin(url);
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const search = mark === -1 ? "" : target.slice(mark + 1);
  return [path.endsWith("/") ? path.slice(0, -1) : path, search];
}

/** Proxies may send the whole URL as the target (RFC 9112 §3.2.2). */
function withoutOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, "");
}

function readQuery(search: string): { exclude: readonly string[]; verbose: boolean } {
  if (search === "") return { exclude: [], verbose: false };
  const parameters = new URLSearchParams(search);
  return { exclude: parameters.getAll("exclude").slice(0, MAX_EXCLUDED), verbose: parameters.has("verbose") };
}
