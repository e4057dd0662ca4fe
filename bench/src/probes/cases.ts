import type { ServerSettings } from "../servers/server.js";

/** One thing that is measured: a server, asked for one of its probes. */
export interface BenchCase {
  readonly name: string;
  readonly settings: ServerSettings;
  readonly probe: "liveness" | "readiness";
}

/** What every ratio is taken to: a hand-written `node:http` handler with a constant JSON body. */
export const RAW = liveness("`node:http`, by hand", "node-http");

/** What the peers in Express are compared with. */
export const EXPRESS = liveness("Express 5, `res.json`", "json-express5");

const OURS = [
  ["caretaker, `attach(server)`", "attach-server"],
  ["caretaker, `attach(app)`, Express 5", "attach-app-express5"],
  ["caretaker, `attach(app)`, Express 4", "attach-app-express4"],
  ["caretaker, mounted, Express 5", "mounted-express5"],
  ["caretaker, mounted, Express 4", "mounted-express4"],
] as const;

const PEERS = [
  ["@fastify/under-pressure 8.5", "under-pressure"],
  ["@godaddy/terminus 4.12", "terminus"],
  ["lightship 7.2", "lightship"],
  ["@cloudnative/health-connect 2.1, Express 5", "health-connect"],
  ["kube-probe 1.0, Express 5", "kube-probe"],
  ["express-actuator 1.8, Express 5", "express-actuator"],
  ["@nestjs/terminus 11.1", "nest-terminus"],
] as const;

/** Liveness of everything there is. */
export const LIVENESS: readonly BenchCase[] = [
  RAW,
  liveness("`node:http` by hand, our headers", "node-http-our-answer"),
  ...OURS.map(([name, kind]) => liveness(name, kind)),
  EXPRESS,
  liveness("Express 4, `res.json`", "json-express4"),
  ...PEERS.map(([name, kind]) => liveness(name, kind)),
];

/** Our own liveness: what the cost of our readiness is compared with. */
export const OWN_LIVENESS = liveness("caretaker, `attach(server)`, liveness", "attach-server");

const SIZES = [1, 10, 50, 200];

/** Readiness with so many checks behind it: ours, the bytes of our answer by hand, and the peers. */
export const READINESS: readonly BenchCase[] = [
  OWN_LIVENESS,
  ...SIZES.map((checks) => readiness("caretaker, `attach(server)`", "attach-server", { checks })),
  ...SIZES.map((checks) =>
    readiness("caretaker, `attach(server)`, verdict only", "attach-server", { checks, detail: "none" }),
  ),
  ...SIZES.map((checks) => readiness("`node:http` by hand, the same bytes", "node-http-our-answer", { checks })),
  ...[10, 200].flatMap((checks) => [
    readiness("caretaker, `attach(app)`, Express 5", "attach-app-express5", { checks }),
    readiness("caretaker, mounted, Express 5", "mounted-express5", { checks }),
    readiness("Express 5, the checks run by the route", "json-express5", { checks }),
    ...PEERS.filter(([, kind]) => kind !== "express-actuator").map(([name, kind]) => readiness(name, kind, { checks })),
  ]),
];

/** Every server that is worth starting alone. */
export const STARTED: readonly BenchCase[] = LIVENESS.filter(
  ({ settings }) => settings.kind !== "node-http-our-answer",
);

function liveness(name: string, kind: string): BenchCase {
  return { name, settings: { kind, checks: 0, detail: "status" }, probe: "liveness" };
}

function readiness(name: string, kind: string, settings: { checks: number; detail?: "none" }): BenchCase {
  return { name, settings: { kind, detail: "status", ...settings }, probe: "readiness" };
}
