import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { NoticeRefusedError } from "../errors.js";

/** One try at handing a notice over. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange, the name's resolution included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Posts it once. No redirect is followed, since the body would go where nobody has sent it, and the answer's body is not
 * read.
 *
 * @throws {@link NoticeRefusedError} unless the receiver answers 2xx in time; its message names no address.
 */
export async function postNotice({ url, headers, body, timeoutMs, signal }: Post): Promise<void> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const length = Buffer.byteLength(body);
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const status = await new Promise<number>((resolve, reject) => {
    // A connection of its own: one that is kept could be half open by the time of the next notice.
    const options = {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-length": length },
      signal: bounded,
    };
    const sent = request(url, options, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    sent.on("error", (error) => reject(new NoticeRefusedError(reasonOf(error, bounded))));
    sent.end(body);
  });
  if (status < 200 || status > 299) throw new NoticeRefusedError(`status ${status}`);
}

function reasonOf(error: Error, { aborted, reason }: AbortSignal): string {
  if (aborted) return (reason as Error).name === "TimeoutError" ? "no answer in time" : "the worker is stopping";
  return (error as { code?: string }).code ?? "connection failed";
}
