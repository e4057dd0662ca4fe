/**
 * Ends the process when Node is older than the project's floor, before anything that an old Node could not even parse.
 */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `Caretaker needs Node 20.19 or newer; this is ${process.version}. Get it with \`nvm install\` (reads .nvmrc) or from nodejs.org.\n`,
  );
  process.exit(1);
}
