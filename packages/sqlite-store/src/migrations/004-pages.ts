/** What each day's decisions said when they were last recorded: a cache, by which a day that says the same is not read. */
export const PAGES = `
CREATE TABLE cleanup_pages (
  root_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  digest TEXT NOT NULL,
  totals TEXT NOT NULL CHECK (json_valid(totals)),
  PRIMARY KEY (root_id, day)
) STRICT, WITHOUT ROWID;
`;
