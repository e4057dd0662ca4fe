import type { SqliteConnection } from "../sqlite.js";
import type { RuleTotal } from "./rule-totals.js";

/** What a page said when it was last recorded. */
export interface StoredPage {
  /** Empty while its decisions are being written: nothing is equal to that. */
  readonly digest: string;
  readonly totals: readonly RuleTotal[];
}

/** The digests of a root's pages, so that a page that says the same again need not be read. */
export interface PageIndex {
  /** By day. */
  read(): Map<number | null, StoredPage>;
  /** From now on the page is not to be trusted, until it is put. */
  begin(day: number | null): void;
  put(day: number | null, page: StoredPage): void;
  remove(day: number | null): void;
  /** As if no page had ever been recorded: then all of the index is compared. */
  clear(): void;
}

/** The pages of one root. */
export function openPageIndex(connection: SqliteConnection, rootId: number): PageIndex {
  const put = connection.prepare<[number, number, string, string]>(PUT);
  const keep = (day: number | null, { digest, totals }: StoredPage) =>
    void put.run(rootId, day ?? NO_DAY, digest, JSON.stringify(totals));
  return {
    read: () => {
      const rows = connection.prepare<[number], PageRow>(READ).all(rootId);
      return new Map(
        rows.map(({ day, digest, totals }) => [
          day === NO_DAY ? null : day,
          { digest, totals: JSON.parse(totals) as readonly RuleTotal[] },
        ]),
      );
    },
    begin: (day) => keep(day, { digest: "", totals: [] }),
    put: keep,
    remove: (day) => void connection.prepare<[number, number]>(REMOVE).run(rootId, day ?? NO_DAY),
    clear: () => void connection.prepare<[number]>(CLEAR).run(rootId),
  };
}

interface PageRow {
  readonly day: number;
  readonly digest: string;
  readonly totals: string;
}

// Later than any day there is.
const NO_DAY = Number.MAX_SAFE_INTEGER;

const READ = "SELECT day, digest, totals FROM cleanup_pages WHERE root_id = ?";
const REMOVE = "DELETE FROM cleanup_pages WHERE root_id = ? AND day = ?";
const CLEAR = "DELETE FROM cleanup_pages WHERE root_id = ?";
const PUT = `
INSERT INTO cleanup_pages (root_id, day, digest, totals) VALUES (?, ?, ?, ?)
ON CONFLICT (root_id, day) DO UPDATE SET digest = excluded.digest, totals = excluded.totals`;
