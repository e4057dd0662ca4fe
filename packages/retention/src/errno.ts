/** The system's code of an error, for example `ENOENT`; empty when it has none. */
export function errnoOf(error: unknown): string {
  const code = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : "";
}

/** Whether the error says that nothing is there (any more). */
export function isMissing(error: unknown): boolean {
  return errnoOf(error) === "ENOENT";
}
