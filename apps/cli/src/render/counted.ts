/** A number with its word, which is in the plural where it is not one: `3 sessions`. */
export function counted(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
