/**
 * A probe's answer as data. `headers` is flat (name, value, name, value…), because that is the cheapest form a
 * `node:http` response takes.
 */
export interface ProbeResponse {
  readonly statusCode: 200 | 404 | 405 | 503;
  readonly headers: readonly string[];
  readonly body: Buffer;
}
