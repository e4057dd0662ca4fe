/** One message on the channel: what was published, and which publication came before it. */
export interface Change {
  readonly previous: number;
  readonly sequence: number;
  /** The record that changed; `null` for a change that only a full read shows. */
  readonly record: { readonly field: string; readonly text: string } | null;
}

/** A message of the channel, or `null` for anything else; never throws. */
export function decodeChange(text: string): Change | null {
  try {
    const { v, prev, seq, field, record } = JSON.parse(text) as Record<string, unknown>;
    if (v !== 1 || typeof prev !== "number" || typeof seq !== "number") return null;
    if (typeof field !== "string") return { previous: prev, sequence: seq, record: null };
    return { previous: prev, sequence: seq, record: { field, text: JSON.stringify(record) } };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
