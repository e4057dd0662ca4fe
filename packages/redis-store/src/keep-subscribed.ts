import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";

/** Subscribes on every `ready`, and again every few seconds while that is refused; a heartbeat finds a silent connection. */
export function keepSubscribed(
  subscriber: Redis,
  keys: Keys,
  { onMessage, refresh }: { onMessage: (text: string) => void; refresh: () => void },
): () => void {
  let subscribed = false;
  const subscribe = () => {
    subscriber.subscribe(keys.changes).then(
      () => {
        subscribed = true;
        // Whatever was published before this moment was not heard.
        refresh();
      },
      (error: Error) => subscriber.emit("error", error),
    );
  };
  subscriber.on("ready", subscribe);
  subscriber.on("close", () => {
    subscribed = false;
  });
  subscriber.on("message", (_channel, text: string) => onMessage(text));
  const heartbeat = setInterval(() => {
    if (subscriber.status !== "ready") return;
    if (subscribed) subscriber.ping().catch((error: Error) => subscriber.emit("error", error));
    else subscribe();
  }, 1_000);
  return () => clearInterval(heartbeat);
}
