/**
 * One line to stderr. Stdout belongs to answers: `npm start -- --json` promises exactly one line there.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
