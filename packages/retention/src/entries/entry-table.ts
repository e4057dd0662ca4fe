import type { ClassifiedEntry } from "../classified-entry.js";
import { Column } from "./column.js";
import { DetailStore } from "./detail-store.js";
import { NameStore } from "./name-store.js";

// The codes of the kinds column; `vanished` was listed, and was gone when it was to be read.
const KINDS = ["vanished", "unread", "owned", "active", "held", "unknown", "caretaker"] as const;

/** What a row is. */
export type RowKind = (typeof KINDS)[number];

const CODES = new Map<RowKind, number>(KINDS.map((kind, code) => [kind, code]));

/** Entries packed in columns, about 60 bytes each and 50 more for those read; objects are made as they are asked for. */
export class EntryTable {
  readonly #names = new NameStore();
  readonly #details = new DetailStore();
  readonly #kinds = new Column((length) => new Uint8Array(length), 0);
  readonly #stamps = new Column((length) => new Float64Array(length), Number.NaN);
  readonly #bytes = new Column((length) => new Float64Array(length), Number.NaN);
  readonly #reasons = new Column((length) => new Uint32Array(length), 0);
  readonly #detailRows = new Column((length) => new Uint32Array(length), 0);
  readonly #reasonTexts: string[] = [];
  readonly #reasonCodes = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Its row. */
  add(entry: ClassifiedEntry): number {
    const row = this.#size++;
    this.#names.set(row, entry.id);
    this.put(row, entry);
    return row;
  }

  /** What a row was found to be once it was read; `null` when it had vanished. Its name stays what it was. */
  put(row: number, entry: ClassifiedEntry | null): void {
    this.#kinds.set(row, CODES.get(entry?.kind ?? "vanished") ?? 0);
    if (entry === null || entry.kind === "caretaker") return;
    if (entry.bytes !== null) this.setBytes(row, entry.bytes);
    if (entry.kind === "unknown") this.#reasons.set(row, this.#codeOf(entry.reason));
    else this.#stamps.set(row, entry.stampMs);
    if (entry.kind !== "unknown" && entry.kind !== "unread") this.#detailRows.set(row, this.#details.add(entry));
  }

  #codeOf(reason: string): number {
    const code = this.#reasonCodes.get(reason) ?? this.#reasonTexts.push(reason) - 1;
    this.#reasonCodes.set(reason, code);
    return code;
  }

  setBytes(row: number, bytes: number | null): void {
    this.#bytes.set(row, bytes ?? Number.NaN);
  }

  kindOf(row: number): RowKind {
    return KINDS[this.#kinds.get(row)] ?? "vanished";
  }

  nameOf(row: number): string {
    return this.#names.get(row);
  }

  /** NaN of what is not named like a session. */
  stampMsOf(row: number): number {
    return this.#stamps.get(row);
  }

  /** NaN of what was not read. */
  latestMsOf(row: number): number {
    return this.#details.latestMs(this.#detailRows.get(row));
  }

  bytesOf(row: number): number | null {
    const bytes = this.#bytes.get(row);
    return Number.isNaN(bytes) ? null : bytes;
  }

  /** Empty of what is not unknown. */
  reasonOf(row: number): string {
    return this.kindOf(row) === "unknown" ? (this.#reasonTexts[this.#reasons.get(row)] ?? "") : "";
  }

  /** Writes the name's bytes, at most 1020; answers how many. */
  writeName(row: number, into: Buffer, at: number): number {
    return this.#names.write(row, into, at);
  }

  /** By stamp, then by name. */
  compareAge(one: number, other: number): number {
    return this.#stamps.get(one) - this.#stamps.get(other) || this.#names.compare(one, other);
  }

  compareNames(one: number, other: number): number {
    return this.#names.compare(one, other);
  }

  /** `null` of what vanished. */
  at(row: number): ClassifiedEntry | null {
    const [kind, id, bytes] = [this.kindOf(row), this.nameOf(row), this.bytesOf(row)];
    if (kind === "vanished") return null;
    if (kind === "caretaker") return { kind, id };
    if (kind === "unknown") return { kind, id, reason: this.#reasonTexts[this.#reasons.get(row)] ?? "", bytes };
    const stampMs = this.stampMsOf(row);
    if (kind === "unread") return { kind, id, stampMs, bytes };
    return { kind, id, stampMs, bytes, ...this.#details.get(this.#detailRows.get(row), id) };
  }
}
