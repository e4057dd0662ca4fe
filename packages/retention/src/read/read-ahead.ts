import type { Steps } from "../turns.js";

/** What is read, and which of it may be. */
export interface ReadAheadOptions<Answer> {
  /** The answers in the order of the positions. */
  readonly fetch: (positions: readonly number[]) => Promise<readonly Answer[]>;
  /** Whether this position may be asked for. */
  readonly isWanted: (position: number) => boolean;
}

interface Window<Answer> {
  readonly positions: readonly number[];
  readonly answers: Promise<readonly Answer[]>;
}

const LARGEST_WINDOW = 512;
const GROWTH = 4;

/**
 * Reads one position when one is asked for, and more and more ahead while they are asked for one after the other, as
 * file systems do: what is read alone is never much more than what is needed, and what is read in full is read in
 * large pieces while the one before is worked on.
 */
export class ReadAhead<Answer> {
  readonly #options: ReadAheadOptions<Answer>;
  readonly #answers = new Map<number, Answer>();
  #size = 1;
  #lastAsked = Number.NaN;
  /** What is read while nobody has asked for it yet. */
  #coming: Window<Answer> | null = null;
  /** Where the window after the last one begins. */
  #next = Number.NaN;

  constructor(options: ReadAheadOptions<Answer>) {
    this.#options = options;
  }

  *get(position: number): Steps<Answer> {
    const step = position < this.#lastAsked ? -1 : 1;
    this.#lastAsked = position;
    if (!this.#answers.has(position)) yield* this.#load(position, step);
    const answer = this.#answers.get(position);
    this.#answers.delete(position);
    return answer as Answer;
  }

  *#load(position: number, step: 1 | -1): Steps<void> {
    // What was read ahead and not asked for is of no use any more.
    this.#answers.clear();
    const isComing = this.#coming?.positions.includes(position) === true;
    this.#size = isComing || position === this.#next ? Math.min(this.#size * GROWTH, LARGEST_WINDOW) : 1;
    const window = isComing && this.#coming !== null ? this.#coming : this.#begin(position, step);
    this.#coming = null;
    yield window.answers.then((answers) => this.#keep(window.positions, answers));
    if (this.#size === LARGEST_WINDOW && !Number.isNaN(this.#next)) this.#coming = this.#begin(this.#next, step);
  }

  #keep(positions: readonly number[], answers: readonly Answer[]): void {
    for (const [index, position] of positions.entries()) this.#answers.set(position, answers[index] as Answer);
  }

  #begin(from: number, step: 1 | -1): Window<Answer> {
    const positions: number[] = [];
    let at = from;
    for (let looked = 0; positions.length < this.#size && looked < this.#size * GROWTH; looked += 1, at += step) {
      if (at === from || this.#options.isWanted(at)) positions.push(at);
    }
    while (at >= 0 && !this.#options.isWanted(at) && Math.abs(at - from) < LARGEST_WINDOW * GROWTH) at += step;
    this.#next = this.#options.isWanted(at) ? at : Number.NaN;
    const answers = this.#options.fetch(positions);
    // It is waited for when it is asked for, or never.
    answers.catch(() => {});
    return { positions, answers };
  }
}
