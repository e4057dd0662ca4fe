type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const ROW_BITS = 12;
const ROWS = 1 << ROW_BITS;

/**
 * One number a row, in pieces that are made when a row of theirs is first set: growing copies nothing, and a column that
 * only some rows need costs room for those only.
 */
export class Column {
  readonly #make: (length: number) => Numbers;
  readonly #fallback: number;
  readonly #pieces: (Numbers | undefined)[] = [];

  /** `fallback` is what a row has that was never set. */
  constructor(make: (length: number) => Numbers, fallback: number) {
    this.#make = make;
    this.#fallback = fallback;
  }

  get(row: number): number {
    return this.#pieces[row >>> ROW_BITS]?.[row & (ROWS - 1)] ?? this.#fallback;
  }

  set(row: number, value: number): void {
    const index = row >>> ROW_BITS;
    const piece = this.#pieces[index] ?? this.#make(ROWS).fill(this.#fallback);
    this.#pieces[index] = piece;
    piece[row & (ROWS - 1)] = value;
  }
}
