import type { ServerResponse } from "node:http";

/** One client of the stream of events. */
export interface EventStream {
  /** Whether it has taken everything it was sent: one that has not is sent nothing more. */
  isReady(): boolean;
  /** For how long it has not, in ms. */
  stuckMs(): number;
  send(frame: Buffer): void;
  /** Ends it in order. */
  end(): void;
  /** Cuts it off, with whatever it has not taken. */
  drop(): void;
}

/** How an event stream is told of. */
export interface EventStreamOptions {
  readonly monotonicMs: () => number;
  /** Hears when a client that was behind has caught up. */
  readonly onReady: () => void;
  readonly onClose: () => void;
}

// What proxies must not do: keep, compress or hold back. The connection ends with the stream.
const HEADERS = {
  Connection: "close",
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};

/** How soon a browser that lost its stream asks again. */
const RETRY = Buffer.from("retry: 3000\n\n");

/** Begins to answer with server-sent events. */
export function openEventStream(
  response: ServerResponse,
  { monotonicMs, onReady, onClose }: EventStreamOptions,
): EventStream {
  let stuckSinceMs: number | null = null;
  response.writeHead(200, HEADERS);
  response.write(RETRY);
  response.on("drain", () => {
    stuckSinceMs = null;
    onReady();
  });
  response.on("close", onClose);
  // A client that is gone is told by "close" too.
  response.on("error", () => undefined);
  return {
    isReady: () => stuckSinceMs === null,
    stuckMs: () => (stuckSinceMs === null ? 0 : monotonicMs() - stuckSinceMs),
    send: (frame) => {
      if (!response.write(frame)) stuckSinceMs ??= monotonicMs();
    },
    end: () => void response.end(),
    drop: () => void response.destroy(),
  };
}
