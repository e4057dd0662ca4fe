/**
 * Tells that the system is ready: one line of JSON, or the addresses and three commands to try.
 *
 * @param {import("./run-system.mjs").ReadySystem} system
 * @param {{ json: boolean }} options
 */
export function announce(system, { json }) {
  process.stdout.write(json ? `${JSON.stringify(system)}\n` : text(system));
}

/** @param {import("./run-system.mjs").ReadySystem} system */
function text({ api, dataDir }) {
  return `
Caretaker is ready; its data are in ${dataDir}
  dashboard  ${api}/
  api        ${api}
  readiness  ${api}/health/ready
  status     ${api}/status

Try:
  curl -i ${api}/health/ready
  curl -s ${api}/status
  curl -iX OPTIONS ${api}/health/ready

Ctrl-C, or the line "quit", stops everything.
`;
}
