import type { System } from "./system.ts";

/** What breaks: of faults at the same time each has another place. */
export type Place = "line" | "server" | "rules" | "worker" | "api";

/** One thing that goes wrong, and how it ends. */
export interface Fault {
  readonly name: string;
  readonly place: Place;
  /** How long it lasts; 0 is over when it has happened. */
  readonly lastsMs: number;
  begin(system: System): unknown;
  end?(system: System): unknown;
  /** Nobody can answer while it lasts. */
  readonly takesApi?: boolean;
  /** The server forgets what it held: runs that were asked for before the end of it are gone with it. */
  readonly takesData?: boolean;
  /** What the readiness endpoint tells before it is over; some are over before anything shows. */
  readonly shows?: "store" | "checks";
  /** What the worker's log has to say of it. */
  readonly says?: RegExp;
}
