import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

/** One client of `/status/events`, as plain as can be. */
export interface Follower {
  readonly response: IncomingMessage;
  /** What it has heard so far, oldest first; grows. */
  readonly heard: readonly { readonly event: string; readonly data: unknown }[];
  /** Whether the stream has ended, in order or not. */
  hasEnded(): boolean;
  close(): void;
}

/** Connects and listens. */
export async function follow(url: string, headers: Record<string, string> = {}): Promise<Follower> {
  const asked = request(`${url}/status/events`, { agent: false, headers });
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const heard: { event: string; data: unknown }[] = [];
  let rest = "";
  let ended = false;
  response.setEncoding("utf8");
  response.on("data", (text: string) => {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined) heard.push({ event, data: JSON.parse(data) });
    }
  });
  response.on("error", () => undefined);
  response.on("close", () => {
    ended = true;
  });
  return { response, heard, hasEnded: () => ended, close: () => asked.destroy() };
}
