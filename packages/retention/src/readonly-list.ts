/** A list that may make its items as they are asked for; an array is one. A million sessions never stand in memory as objects. */
export interface ReadonlyList<Item> extends Iterable<Item> {
  readonly length: number;
  at(index: number): Item | undefined;
}
