import type { CheckExplanations } from "@caretaker/status";
import type { Address } from "../view/address.js";
import type { Knowledge } from "../view/knowledge.js";

/** Everything that is shown is made from this, on the server and in the browser alike. */
export interface Page extends Knowledge {
  readonly address: Address;
  /** An IANA time zone; on the server always UTC, since nobody has said another. */
  readonly zone: string;
  /** Whether the API does anything for whoever holds the token (`ADMIN_TOKEN` is set). */
  readonly doingIsOn: boolean;
  /** Why the open check counts as it does; `null` while it is not known. */
  readonly explained: CheckExplanations | null;
  /** What somebody is asked before it is done. */
  readonly question: Question | null;
  readonly notice: Notice | null;
  /** Whether this tab holds a token. */
  readonly holdsToken: boolean;
}

/** Something that is done once it is confirmed. */
export type Deed =
  | { readonly kind: "cleanup" | "dry-run" | "restore"; readonly target: string }
  | { readonly kind: "confirm"; readonly target: string; readonly planId: string; readonly candidates: number }
  | { readonly kind: "check"; readonly check: string; readonly host: string | null };

/** A deed, and how asking for it stands. */
export interface Question {
  readonly deed: Deed;
  readonly isAsking: boolean;
  /** Why it was refused. */
  readonly problem: string | null;
}

/** What became of the last deed. */
export interface Notice {
  readonly tone: "pass" | "fail";
  readonly text: string;
}

/** What can be done with the page; `null` where there is no script to do it. */
export interface Acts {
  show(address: Partial<Address>): void;
  toggleZone(): void;
  ask(deed: Deed): void;
  answer(form: FormData): void;
  dismiss(): void;
  unlock(token: string): void;
  forgetToken(): void;
}
