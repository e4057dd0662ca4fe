const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A directory entry's name: as text, `null` when its bytes are not UTF-8, and as a person can read it. */
export interface EntryName {
  readonly text: string | null;
  readonly display: string;
}

/** Reads a name's bytes strictly: a lenient reading would name another file, or none. */
export function decodeName(rawName: Buffer): EntryName {
  try {
    const text = STRICT_UTF8.decode(rawName);
    return { text, display: text };
  } catch {
    return { text: null, display: escapeBytes(rawName) };
  }
}

function escapeBytes(rawName: Buffer): string {
  return Array.from(rawName, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}

/** The path of an entry, in bytes, so that any name reaches the file it names. */
export function entryPath(directory: string | Buffer, rawName: Buffer): Buffer {
  return Buffer.concat([Buffer.from(directory), SLASH, rawName]);
}

const SLASH = Buffer.from("/");
