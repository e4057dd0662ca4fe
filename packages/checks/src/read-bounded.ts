import type { IncomingMessage } from "node:http";

/** The body as text, or `null` as soon as it turns out longer than `maxBytes`. */
export async function readBounded(
  { body }: Pick<Response, "body"> | { body: IncomingMessage },
  maxBytes: number,
): Promise<string | null> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    left -= chunk.byteLength;
    // Leaving the loop cancels the body.
    if (left < 0) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
