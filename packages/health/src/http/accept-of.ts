import type { ProbeRequest } from "./probe-request.js";

const ACCEPT = "accept";

/**
 * What a request accepts, as it came. `node:http` makes `headers` when they are first asked for, which costs more than
 * all that a liveness probe does besides.
 */
export function acceptOf(request: ProbeRequest): string | readonly string[] | undefined {
  const { rawHeaders } = request;
  if (rawHeaders === undefined) return request.headers[ACCEPT];
  let accept: string | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length !== ACCEPT.length || name.toLowerCase() !== ACCEPT) continue;
    const value = rawHeaders[index + 1] ?? "";
    accept = accept === undefined ? value : `${accept}, ${value}`;
  }
  return accept;
}
