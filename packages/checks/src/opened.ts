import type { Socket } from "node:net";
import { abortable } from "./abortable.js";

/** Resolves with the milliseconds until a socket was connected, or its TLS handshake done; rejects with its error. */
export async function opened(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  const open = new Promise<void>((resolve, reject) => {
    socket.once(event, () => resolve()).once("error", reject);
  });
  await abortable(open, signal);
  return performance.now() - startedMs;
}
