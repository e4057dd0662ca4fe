import { Column } from "./column.js";

// No name spans two pieces: each of at most 255 bytes, or 1020 when its bytes are shown as `\xNN`.
const PIECE_BYTES = 1 << 16;

/** Names as their bytes, one after the other: a million strings would take three times the room. */
export class NameStore {
  readonly #pieces: Buffer[] = [];
  readonly #starts = new Column((length) => new Uint32Array(length), 0);
  readonly #lengths = new Column((length) => new Uint16Array(length), 0);
  #end = 0;

  set(row: number, name: string): void {
    const length = Buffer.byteLength(name);
    if (length > PIECE_BYTES - (this.#end % PIECE_BYTES)) this.#end = this.#pieces.length * PIECE_BYTES;
    const piece = this.#pieceAt(this.#end);
    piece.write(name, this.#end % PIECE_BYTES);
    this.#starts.set(row, this.#end);
    this.#lengths.set(row, length);
    this.#end += length;
  }

  #pieceAt(offset: number): Buffer {
    const index = Math.floor(offset / PIECE_BYTES);
    const piece = this.#pieces[index] ?? Buffer.alloc(PIECE_BYTES);
    this.#pieces[index] = piece;
    return piece;
  }

  get(row: number): string {
    const start = this.#starts.get(row);
    const from = start % PIECE_BYTES;
    return this.#pieceAt(start).toString("utf8", from, from + this.#lengths.get(row));
  }

  /** Writes the name's bytes; answers how many. */
  write(row: number, into: Buffer, at: number): number {
    const start = this.#starts.get(row);
    const from = start % PIECE_BYTES;
    return this.#pieceAt(start).copy(into, at, from, from + this.#lengths.get(row));
  }

  /** By code unit, as strings compare: never by locale, because two machines must order the same names alike. */
  compare(one: number, other: number): number {
    const [a, b] = [this.#starts.get(one), this.#starts.get(other)];
    const [pieceA, pieceB] = [this.#pieceAt(a), this.#pieceAt(b)];
    const [lengthA, lengthB] = [this.#lengths.get(one), this.#lengths.get(other)];
    for (let offset = 0; offset < lengthA && offset < lengthB; offset++) {
      const difference = rank(pieceA[(a + offset) % PIECE_BYTES]) - rank(pieceB[(b + offset) % PIECE_BYTES]);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}

// UTF-8 puts what needs two code units (first byte F0 and above) last; code units put it before U+E000 (EE and EF).
function rank(byte = 0): number {
  return byte >= 0xf0 ? 0xed + (byte - 0xef) / 32 : byte;
}
