import type { Problem } from "@caretaker/status";
import type { Deed } from "../components/page.js";

/** How asking for a deed ended. */
export type DeedResult =
  | { readonly done: string }
  /** `isToken`: the token was refused, so another is to be asked for. */
  | { readonly refused: string; readonly isToken: boolean };

interface Asked {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly done: string;
}

const ANSWER_MS = 10_000;

/** Asks the service for a deed; `session` is the one to be restored. */
export async function doDeed(deed: Deed, { token, session }: { token: string; session: string }): Promise<DeedResult> {
  const { url, body, done } = requestOf(deed, session);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (response.ok) return { done };
    const problem = (await response.json().catch(() => null)) as Problem | null;
    return { refused: refusalOf(response.status, problem), isToken: response.status === 401 };
  } catch {
    return { refused: "The service cannot be reached. Nothing may have been asked for.", isToken: false };
  }
}

/** What is asked of which address, and what to say once it was accepted. */
export function requestOf(deed: Deed, session: string): Asked {
  const reason = "asked for on the dashboard";
  if (deed.kind === "check") {
    const url = `checks/${encodeURIComponent(deed.check)}/runs`;
    return { url, body: deed.host === null ? {} : { host: deed.host }, done: `${deed.check} was asked to run.` };
  }
  const base = `retention/${encodeURIComponent(deed.target)}`;
  switch (deed.kind) {
    case "cleanup":
      return { url: `${base}/runs`, body: { reason }, done: `A cleanup of ${deed.target} was asked for.` };
    case "dry-run":
      return {
        url: `${base}/runs`,
        body: { dryRun: true, reason },
        done: `A dry run of ${deed.target} was asked for.`,
      };
    case "confirm": {
      const { planId } = deed;
      return { url: `${base}/confirm`, body: { planId, reason }, done: `Plan ${planId.slice(0, 12)} was confirmed.` };
    }
    case "restore":
      return { url: `${base}/restore`, body: { session, reason }, done: `${session} was asked back from the trash.` };
  }
}

function refusalOf(status: number, problem: Problem | null): string {
  if (status === 401) return "This token is not the right one.";
  const detail = problem?.detail ?? `it answered ${status}`;
  return `Refused: ${detail}.`;
}
