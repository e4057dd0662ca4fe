import { type PageContent, readAddress, renderPage } from "@caretaker/dashboard";
import type { CheckExplanations, History, HistoryRange, Status } from "@caretaker/status";
import type { RequestHandler } from "express";
import type { Access } from "./access.js";

/** What the page is drawn from. */
export interface PageDeps {
  readonly access: Pick<Access, "reads" | "doingIsOn">;
  /** The status at this moment, from memory. */
  readonly describe: () => Status;
  /** Rejects, or is late, where the store is away: the page is then drawn without it. */
  readonly history: (range: HistoryRange) => Promise<History>;
  /** Why a check counts as it does; `null` for one that nobody announced. */
  readonly explain: (check: string) => Promise<CheckExplanations | null>;
}

/** Longer than this nobody waits for the first paint; the rest comes by itself. */
const WITHIN_MS = 500;

/** `GET /`: the page, complete as it is sent; to whoever may not read, one that asks for a token. */
export function pageRoute(deps: PageDeps): RequestHandler {
  return async (request, response) => {
    const address = readAddress(new URL(request.url, "http://page.invalid").search);
    const mayRead = deps.access.reads(request);
    const content = mayRead ? await contentOf(deps, address) : NOTHING;
    const { doingIsOn } = deps.access;
    response.set("Cache-Control", "no-store").type("html");
    response.send(renderPage({ ...content, address, mayRead, doingIsOn }));
  };
}

type Content = Pick<PageContent, "status" | "history" | "explained" | "nowMs">;

const NOTHING: Content = { status: null, history: null, explained: null, nowMs: 0 };

async function contentOf(deps: PageDeps, { range, check }: PageContent["address"]): Promise<Content> {
  const [history, explained] = await Promise.all([
    inTime(deps.history(range)),
    check === null ? null : inTime(deps.explain(check.replace(/@.*$/, ""))),
  ]);
  const status = deps.describe();
  return { status, history, explained, nowMs: status.nowMs };
}

async function inTime<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), WITHIN_MS);
  });
  const result = await Promise.race([answer.catch(() => null), late]);
  clearTimeout(timer);
  return result;
}
