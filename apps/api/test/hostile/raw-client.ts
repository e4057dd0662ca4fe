import { connect } from "node:net";

/** What came back until the server closed or fell silent. */
export interface RawAnswer {
  readonly text: string;
  /** The status codes of all answers, in order. */
  readonly statuses: readonly number[];
  readonly closed: boolean;
}

/** From where and for how long. */
export interface RawOptions {
  /** Linux: any of 127.0.0.0/8, so that one attacker's limit is not another's. */
  readonly from?: string;
  /** How many answers end the exchange; default 1. */
  readonly answers?: number;
  readonly timeoutMs?: number;
  /** Goes on sending a byte so often. */
  readonly everyMs?: number;
}

/** Sends bytes as they are. */
export function exchange(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<RawAnswer> {
  const { from = "127.0.0.1", answers = 1, timeoutMs = 10_000, everyMs } = options;
  return new Promise((resolve) => {
    let text = "";
    let closed = false;
    const socket = connect({ port, host: "127.0.0.1", localAddress: from });
    const trickle = everyMs === undefined ? undefined : setInterval(() => socket.write("a"), everyMs);
    const end = () => {
      clearTimeout(timer);
      clearInterval(trickle);
      socket.destroy();
      resolve({ text, statuses: statusesIn(text), closed });
    };
    const timer = setTimeout(end, timeoutMs);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      // The head of the last one is enough to judge by.
      if (statusesIn(text).length >= answers && text.includes("\r\n\r\n")) end();
    });
    // A server that has said no may reset what still comes.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      closed = true;
      end();
    });
    socket.write(bytes);
  });
}

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
