import { readFileSync } from "node:fs";
import { join } from "node:path";

const DOCKERFILES = ["apps/api/Dockerfile", "apps/worker/Dockerfile"];

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkContainers(root) {
  const { validate } = await import("dockerfile-utils");
  const { parseDocument } = await import("yaml");
  const dockerfiles = DOCKERFILES.flatMap((path) => {
    const content = readFileSync(join(root, path), "utf8");
    const found = validate(content).map(({ range, message }) => `${path}:${range.start.line + 1}: ${message}`);
    return [...found, ...dockerfileProblems(content).map((problem) => `${path}: ${problem}`)];
  });
  const compose = parseDocument(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true });
  const syntax = [...compose.errors, ...compose.warnings].map(({ message }) => `docker-compose.yml: ${message}`);
  const rules =
    syntax.length > 0 ? [] : composeProblems(compose.toJS()).map((problem) => `docker-compose.yml: ${problem}`);
  return [...dockerfiles, ...syntax, ...rules];
}

/**
 * @param {string} content of a Dockerfile
 * @returns {string[]}
 */
export function dockerfileProblems(content) {
  const stages = [...content.matchAll(/^FROM\s+(\S+)(?:\s+AS\s+(\S+))?/gim)].map(([, image = "", name]) => ({
    image,
    name,
  }));
  const names = stages.map(({ name }) => name);
  const last = content.slice(content.search(/^FROM(?![\s\S]*^FROM)/im));
  const user = /^USER\s+(\S+)/im.exec(last)?.[1];
  return [
    ...stages
      .filter(({ image }) => !names.includes(image) && !isPinned(image))
      .map(({ image }) => `image ${image} is not pinned to a version`),
    ...(user === undefined || /^(root|0)(:|$)/.test(user) ? ["its last stage runs as root"] : []),
    ...(/^HEALTHCHECK\s/im.test(last) ? [] : ["its last stage has no HEALTHCHECK"]),
  ];
}

/**
 * @typedef {object} Service
 * @property {string} [image]
 * @property {unknown} [build]
 * @property {{ test?: unknown }} [healthcheck]
 * @property {string} [user]
 * @property {boolean} [read_only]
 * @property {boolean} [init]
 * @property {string[]} [cap_drop]
 * @property {string[]} [security_opt]
 * @property {string} [stop_grace_period]
 */

/**
 * @param {{ services?: Record<string, Service> }} compose
 * @returns {string[]}
 */
export function composeProblems({ services = {} }) {
  const found = Object.entries(services).flatMap(([name, service]) =>
    serviceProblems(service).map((problem) => `${name}: ${problem}`),
  );
  return Object.keys(services).length === 0 ? ["has no services"] : found;
}

/** @param {Service} service */
function serviceProblems({
  image,
  build,
  healthcheck,
  user,
  read_only,
  init,
  cap_drop,
  security_opt,
  stop_grace_period,
}) {
  return [
    ...(build === undefined && !isPinned(image ?? "") ? [`image ${image ?? "(none)"} is not pinned to a version`] : []),
    ...(healthcheck?.test === undefined ? ["has no healthcheck"] : []),
    ...(user === undefined || /^(root|0)(:|$)/.test(String(user)) ? ["names no user, or root"] : []),
    ...(read_only === true ? [] : ["is not read_only"]),
    ...(init === true ? [] : ["has no init"]),
    ...(cap_drop?.includes("ALL") ? [] : ["does not drop all capabilities"]),
    ...(security_opt?.includes("no-new-privileges:true") ? [] : ["allows new privileges"]),
    ...(stop_grace_period === undefined ? ["has no stop_grace_period"] : []),
  ];
}

/**
 * With a tag that names at least a minor version, or by digest.
 *
 * @param {string} image
 */
function isPinned(image) {
  return /@sha256:[0-9a-f]{64}$/.test(image) || /:\d+\.\d+[\w.-]*$/.test(image);
}
