/** One way of doing a thing. */
export interface Contender<Figures> {
  readonly name: string;
  measure(round: number): Promise<Figures>;
}

/** Its figures of every round. */
export interface Rounds<Figures> {
  readonly name: string;
  readonly rounds: Figures[];
}

/** Lets all take their turn in every round, so that a busy moment of the machine harms all of them alike. */
export async function inRounds<Figures>(
  contenders: readonly Contender<Figures>[],
  rounds: number,
): Promise<Rounds<Figures>[]> {
  const results = contenders.map(({ name }): Rounds<Figures> => ({ name, rounds: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      results[index]?.rounds.push(await contender.measure(round));
    }
  }
  return results;
}

/** Its figures of every round, each with those of the reference measured right beside it. */
export interface PairedRounds<Figures> extends Rounds<Figures> {
  readonly beside: Figures[];
}

/**
 * The same, with the reference measured anew beside each contender: before it and after it in turn. What a shared
 * machine gives changes within a round too, by more than the few per cent that such a ratio is about.
 */
export async function besideReference<Figures>(
  contenders: readonly Contender<Figures>[],
  { rounds, reference }: { readonly rounds: number; readonly reference: Contender<Figures> },
): Promise<PairedRounds<Figures>[]> {
  const paired = contenders.map((contender) => ({
    name: contender.name,
    measure: (round: number) => measurePair(contender, reference, round),
  }));
  const results = await inRounds(paired, rounds);
  return results.map(({ name, rounds: pairs }) => ({
    name,
    rounds: pairs.map(({ own }) => own),
    beside: pairs.map(({ beside }) => beside),
  }));
}

async function measurePair<Figures>(
  contender: Contender<Figures>,
  reference: Contender<Figures>,
  round: number,
): Promise<{ own: Figures; beside: Figures }> {
  if (round % 2 === 0) {
    const beside = await reference.measure(round);
    return { own: await contender.measure(round), beside };
  }
  const own = await contender.measure(round);
  return { own, beside: await reference.measure(round) };
}
