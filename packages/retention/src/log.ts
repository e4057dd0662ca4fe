/** Where a run says what it does: any logger with these three. */
export interface RetentionLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** A log that says nothing. */
export const SILENT: RetentionLog = { info: () => {}, warn: () => {}, error: () => {} };
