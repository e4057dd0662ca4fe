/** The servers compared: each runs in a process of its own, so that none spoils another's compiled code. */
export const SERVER_KINDS = [
  "node:http",
  "node:http, our headers",
  "attach(server)",
  "attach(app), Express 5",
  "mounted, Express 5",
  "mounted, Express 4",
  "res.json, Express 5",
  "res.json, Express 4",
] as const;

/** One of {@link SERVER_KINDS}. */
export type ServerKind = (typeof SERVER_KINDS)[number];

/** One thing that is measured: a server with so many checks behind it, asked for one path. */
export interface BenchCase {
  readonly kind: ServerKind;
  readonly checks: number;
  readonly path: string;
  readonly detail: "none" | "status";
  readonly label: string;
}

/** What every ratio is taken to: a hand-written `node:http` handler with a constant JSON body. */
export const REFERENCE: BenchCase = constant("node:http");

const OURS = ["attach(server)", "attach(app), Express 5", "mounted, Express 5", "mounted, Express 4"] as const;

/** Everything that is measured, in the order of the table. */
export const CASES: readonly BenchCase[] = [
  REFERENCE,
  constant("node:http, our headers"),
  ...OURS.map(liveness),
  ...OURS.flatMap((kind) => [1, 50, 200].map((checks) => readiness(kind, checks, "status"))),
  // 200 checks make a body of 15 KB; without it, what is left is the cost of the answer itself.
  readiness("attach(server)", 200, "none"),
  readiness("attach(app), Express 5", 200, "none"),
  constant("res.json, Express 5"),
  constant("res.json, Express 4"),
];

function constant(kind: ServerKind): BenchCase {
  return { kind, checks: 0, path: "/health", detail: "status", label: "constant JSON" };
}

function liveness(kind: ServerKind): BenchCase {
  return { kind, checks: 200, path: "/health", detail: "status", label: "liveness" };
}

function readiness(kind: ServerKind, checks: number, detail: BenchCase["detail"]): BenchCase {
  const label = `readiness, ${checks} ${checks === 1 ? "check" : "checks"}${detail === "none" ? ", verdict only" : ""}`;
  return { kind, checks, path: "/health/ready", detail, label };
}
