/** What a client makes of the API: whether it would send traffic to it, or call it well. */
export type Verdict = "up" | "down";

/** Where the API under test listens, and a directory the client may write in. */
export interface ClientTarget {
  readonly port: number;
  readonly directory: string;
}

/** A client that asks by itself, or is asked each time. */
export interface RunningClient {
  verdict(): Promise<Verdict>;
  stop(): Promise<void>;
}

/** A real program that probes the API, with the configuration that `deploy/` ships for it. */
export interface Client {
  readonly name: string;
  /** The program it needs; `undefined` when it is not installed, and then it is skipped by name. */
  readonly program: string | undefined;
  /** Default readiness; a client of liveness must not be moved by what readiness says. */
  readonly asks?: "readiness" | "liveness";
  start(program: string, target: ClientTarget): Promise<RunningClient>;
}
