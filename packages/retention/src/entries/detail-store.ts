import type { OwnedEntry } from "../classified-entry.js";
import { Column } from "./column.js";

const DIGEST_BYTES = 32;
const PIECE_ROWS = 4096;
const SHA256_HEX = /^[0-9a-f]{64}$/;

type Details = Pick<OwnedEntry, "sessionId" | "latestMs" | "identity">;

/** What only reading a session tells, packed; a rule of a user's own may answer what does not fit, kept as it is. */
export class DetailStore {
  readonly #latest = new Column((length) => new Float64Array(length), Number.NaN);
  readonly #inodes = new Column((length) => new Float64Array(length), 0);
  readonly #idLengths = new Column((length) => new Uint16Array(length), 0);
  readonly #digests: Buffer[] = [];
  readonly #odd = new Map<number, Details>();
  #dev: string | undefined;
  #size = 0;

  /** The number it is found by, from 1 on. */
  add(entry: OwnedEntry): number {
    const row = ++this.#size;
    this.#dev ??= entry.identity.dev;
    this.#latest.set(row, entry.latestMs);
    if (this.#fits(entry)) this.#pack(row, entry);
    else this.#odd.set(row, { sessionId: entry.sessionId, latestMs: entry.latestMs, identity: entry.identity });
    return row;
  }

  #fits({ id, sessionId, identity: { dev, ino, markerDigest } }: OwnedEntry): boolean {
    const isPlain = String(Number(ino)) === ino && Number.isSafeInteger(Number(ino));
    return dev === this.#dev && isPlain && SHA256_HEX.test(markerDigest) && id.startsWith(sessionId);
  }

  #pack(row: number, { sessionId, identity }: OwnedEntry): void {
    this.#inodes.set(row, Number(identity.ino));
    this.#idLengths.set(row, sessionId.length);
    const piece = this.#digests[Math.floor(row / PIECE_ROWS)] ?? Buffer.alloc(PIECE_ROWS * DIGEST_BYTES);
    this.#digests[Math.floor(row / PIECE_ROWS)] = piece;
    piece.write(identity.markerDigest, (row % PIECE_ROWS) * DIGEST_BYTES, "hex");
  }

  latestMs(row: number): number {
    return this.#latest.get(row);
  }

  get(row: number, id: string): Details {
    const odd = this.#odd.get(row);
    if (odd !== undefined) return odd;
    const at = (row % PIECE_ROWS) * DIGEST_BYTES;
    const markerDigest = this.#digests[Math.floor(row / PIECE_ROWS)]?.toString("hex", at, at + DIGEST_BYTES) ?? "";
    return {
      sessionId: id.slice(0, this.#idLengths.get(row)),
      latestMs: this.#latest.get(row),
      identity: { dev: this.#dev ?? "", ino: String(this.#inodes.get(row)), markerDigest },
    };
  }
}
