/** A route of the API, and what it asks for. A new route gets a line here, and with it every hostile case. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly needs: "nothing" | "reading" | "doing";
}

export const ROUTES: readonly Route[] = [
  ...["/health", "/livez", "/healthz", "/health/ready", "/readyz", "/health/startup", "/startupz"].map(open),
  open("/health/ready/database"),
  open("/"),
  { method: "GET", path: "/status", needs: "reading" },
  { method: "GET", path: "/status/explain/database", needs: "reading" },
  { method: "GET", path: "/retention/small/runs", needs: "reading" },
  { method: "GET", path: "/retention/small/runs/run-1", needs: "reading" },
  { method: "DELETE", path: "/retention/small/runs/run-1", needs: "doing" },
  { method: "POST", path: "/retention/small/confirm", needs: "doing" },
  { method: "POST", path: "/retention/small/restore", needs: "doing" },
  { method: "POST", path: "/retention/small/runs", needs: "doing" },
];

function open(path: string): Route {
  return { method: "GET", path, needs: "nothing" };
}
