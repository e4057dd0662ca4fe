/** @typedef {import("./exchange.mjs").Answer} Answer */
/** @typedef {(path: string, method?: string) => Promise<Answer>} Ask */
/** @typedef {(ask: Ask) => Promise<string | undefined>} SmokeCheck gives what is wrong, or undefined */

const LIVE = "/health";
const READY = "/health/ready";
// The kubelet's default patience.
const PROBE_WITHIN_MS = 1000;

/** @type {readonly { name: string, check: SmokeCheck }[]} */
export const smokeChecks = [
  { name: "GET /health is 200 and says pass, or its old format", check: liveness },
  { name: "GET /health/ready is 200 or 503 and its body agrees", check: readiness },
  { name: "probes answer within a second and are not cached", check: promptAndFresh },
  { name: "HEAD answers as GET, without a body", check: headAsGet },
  { name: "OPTIONS gives the real status", check: optionsAsGet },
  { name: "another method is 405 and names the allowed ones", check: otherMethods },
  { name: "GET /status is JSON, or asks for its token", check: status },
  { name: "no key is shown anywhere", check: noKeys },
];

/** @type {SmokeCheck} */
async function liveness(ask) {
  const { status, headers, body } = await ask(LIVE);
  if (status !== 200) return `it answered ${status}`;
  // With `legacyBody` it says how the checks are in the old words, and that it is going.
  const allowed = headers["deprecation"] === undefined ? ["pass"] : ["ok", "degraded", "down"];
  return allowed.includes(statusOf(body)) ? undefined : `its body says ${statusOf(body)}`;
}

/** @type {SmokeCheck} */
async function readiness(ask) {
  const { status, body } = await ask(READY);
  const says = statusOf(body);
  const agrees = status === 200 ? says === "pass" || says === "warn" : status === 503 && says === "fail";
  return agrees ? undefined : `it answered ${status} with the status ${says}`;
}

/** @type {SmokeCheck} */
async function promptAndFresh(ask) {
  for (const path of [LIVE, READY]) {
    const { tookMs, headers } = await ask(path);
    if (tookMs > PROBE_WITHIN_MS) return `${path} took ${Math.round(tookMs)} ms`;
    if (!/no-store/.test(headers["cache-control"] ?? ""))
      return `${path} has Cache-Control ${headers["cache-control"]}`;
  }
  return undefined;
}

/** @type {SmokeCheck} */
async function headAsGet(ask) {
  for (const path of [LIVE, READY]) {
    const problem = await sameStatus(ask, path, "HEAD");
    if (problem !== undefined) return problem;
    const head = await ask(path, "HEAD");
    if (head.body !== "") return `HEAD ${path} has a body`;
    if (head.headers["content-length"] === undefined) return `HEAD ${path} has no Content-Length`;
  }
  return undefined;
}

/** @type {SmokeCheck} */
async function optionsAsGet(ask) {
  return (await sameStatus(ask, LIVE, "OPTIONS")) ?? sameStatus(ask, READY, "OPTIONS");
}

/**
 * Between two GETs, because readiness may change while it is asked.
 *
 * @param {Ask} ask
 * @param {string} path
 * @param {string} method
 */
async function sameStatus(ask, path, method) {
  const before = await ask(path);
  const asked = await ask(path, method);
  const after = await ask(path);
  if (asked.status === before.status || asked.status === after.status) return undefined;
  return `${method} ${path} answered ${asked.status}, GET ${after.status}`;
}

/** @type {SmokeCheck} */
async function otherMethods(ask) {
  const { status, headers } = await ask(READY, "DELETE");
  return status === 405 && headers.allow
    ? undefined
    : `DELETE ${READY} answered ${status}, Allow: ${headers.allow ?? "missing"}`;
}

/** @type {SmokeCheck} */
async function status(ask) {
  const answer = await ask("/status");
  if (answer.status === 401) return undefined;
  if (answer.status !== 200) return `it answered ${answer.status}`;
  return parse(answer.body) === undefined ? "its body is not JSON" : undefined;
}

/** @type {SmokeCheck} */
async function noKeys(ask) {
  for (const path of [LIVE, READY, `${READY}?verbose`, "/status", "/metrics", "/"]) {
    const { body, headers } = await ask(path);
    const shown = keysIn(body + JSON.stringify(headers), process.env);
    if (shown.length > 0) return `${path} shows ${shown.join(", ")}`;
  }
  return undefined;
}

/**
 * Names what is shown, never its value.
 *
 * @param {string} text
 * @param {NodeJS.ProcessEnv} env values of secret-looking variables are looked for as they are
 * @returns {string[]}
 */
export function keysIn(text, env) {
  const values = Object.entries(env)
    .filter(([name, value]) => /(_|^)(KEY|TOKEN|SECRET|PASSWORD)$/.test(name) && (value ?? "").length >= 8)
    .filter(([, value]) => text.includes(value ?? ""))
    .map(([name]) => `the value of ${name}`);
  const shapes = [
    ["an OpenAI key", /\bsk-[\w-]{16,}/],
    ["a Hugging Face token", /\bhf_\w{16,}/],
    ["a password in an address", /\w+:\/\/[^/\s"@]*:[^/\s"@*]+@/],
  ];
  return [
    ...values,
    ...shapes.filter(([, shape]) => /** @type {RegExp} */ (shape).test(text)).map(([name]) => String(name)),
  ];
}

/** @param {string} body */
function statusOf(body) {
  const parsed = parse(body);
  return parsed === undefined ? "nothing: it is not JSON" : Object(parsed).status;
}

/** @param {string} text @returns {unknown} undefined when it is not JSON */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
