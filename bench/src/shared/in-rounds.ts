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
