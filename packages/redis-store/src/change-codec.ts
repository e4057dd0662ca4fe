/** One message on the channel: what was published, and which publication came before it. */
export interface Change {
  readonly previous: number;
  readonly sequence: number;
  /** The record that changed; `null` for a change that only a full read shows. */
  readonly record: { readonly field: string; readonly text: string } | null;
}

// A message holds one record, of at most 16,384 characters if it can be read at all.
const MAX_CHANGE_CHARS = 32_768;

/** A message of the channel, or `null` for anything else; never throws. */
export function decodeChange(text: string): Change | null {
  if (text.length > MAX_CHANGE_CHARS) return null;
  try {
    const { v, prev, seq, field, record } = JSON.parse(text) as Record<string, unknown>;
    if (v !== 1 || typeof prev !== "number" || typeof seq !== "number") return null;
    if (typeof field !== "string") return { previous: prev, sequence: seq, record: null };
    if (record === undefined) return null;
    return { previous: prev, sequence: seq, record: { field, text: JSON.stringify(record) } };
  } catch {
    // No JSON, no object, or nested deeper than the stack: thrown here, it would end the process that listens. The
    // caller takes it for a gap and reads the store.
    return null;
  }
}
