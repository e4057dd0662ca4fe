import { openApiDocument } from "@caretaker/status/open-api";

/** A route of the API, and what it asks for. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly needs: "nothing" | "reading" | "doing";
}

/** What stands in a path for each parameter. */
const PARAMETERS: Readonly<Record<string, string>> = { check: "database", target: "small", runId: "run-1" };

/**
 * Every route of the API, each of which goes through every hostile case: those that the OpenAPI document tells of are
 * taken from it, so that a new one needs no line here; of the others there is a test that none is missing.
 */
export const ROUTES: readonly Route[] = [
  ...["/health", "/livez", "/healthz", "/health/ready", "/readyz", "/health/startup", "/startupz"].map(open),
  open("/health/ready/database"),
  open("/"),
  open("/openapi.json"),
  open("/icon.svg"),
  { method: "GET", path: "/metrics", needs: "reading" },
  { method: "GET", path: "/queues", needs: "reading" },
  ...documentedRoutes(),
];

function open(path: string): Route {
  return { method: "GET", path, needs: "nothing" };
}

/** One of these is enough; an empty one is nothing. */
type Security = readonly object[];

interface Document {
  /** Of whatever says nothing else. */
  readonly security: Security;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: Security }>>>>;
}

function documentedRoutes(): Route[] {
  const { paths, security } = openApiDocument() as unknown as Document;
  return Object.entries(paths).flatMap(([path, operations]) =>
    (["GET", "POST", "DELETE"] as const).flatMap((method): Route[] => {
      const operation = operations[method.toLowerCase()];
      if (operation === undefined) return [];
      const isForAll = (operation.security ?? security).some((one) => Object.keys(one).length === 0);
      return [{ method, path: fill(path), needs: isForAll ? "reading" : "doing" }];
    }),
  );
}

function fill(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = PARAMETERS[name];
    if (value === undefined) throw new Error(`hostile tests have no value for the path parameter ${name}`);
    return value;
  });
}
