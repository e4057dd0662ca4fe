/**
 * A probe's answer as data. `headers` is flat (name, value, name, value…), because that is the cheapest form a
 * `node:http` response takes.
 */
export interface ProbeResponse {
  readonly statusCode: 200 | 404 | 405 | 503;
  readonly headers: readonly string[];
  /**
   * Text where it is short and all of it ASCII: `node:http` writes that in one piece with the headers, and bytes in a
   * second one. Else the bytes of its UTF-8. `length` is its size in bytes either way.
   */
  readonly body: string | Buffer;
}
