import { constants } from "node:os";
import { listenForQuit } from "./quit-line.js";

/** Somebody, or something that went wrong, asks the process to stop. */
export interface StopRequest {
  readonly reason: string;
  /** Present when a signal asked. */
  readonly signalNumber?: number;
  /** Present when a fault asked; boxed, because anything can be thrown, `undefined` too. */
  readonly error?: { readonly value: unknown };
}

type OnRequest = (request: StopRequest) => void;

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const FAULTS = ["uncaughtException", "unhandledRejection"] as const;

/** Calls back for every way of asking; returns the function that stops listening. */
export function listenForStop(onRequest: OnRequest): () => void {
  const undo = [
    ...SIGNALS.map((signal) =>
      listen(signal, () => onRequest({ reason: signal, signalNumber: constants.signals[signal] })),
    ),
    ...FAULTS.map((fault) => listen(fault, (value) => onRequest({ reason: fault, error: { value } }))),
    listenForParent(onRequest),
    listenForQuit(() => onRequest({ reason: "quit" })),
  ];
  return () => {
    for (const stopListening of undo) stopListening();
  };
}

function listen(event: string, handler: (value: unknown) => void): () => void {
  process.on(event, handler);
  return () => process.off(event, handler);
}

function listenForParent(onRequest: OnRequest): () => void {
  const ask = () => onRequest({ reason: "parent gone" });
  // It went while the program was loading, when nobody listened; a program that never had one has `undefined` here.
  if (process.connected === false) return soon(ask);
  if (!process.connected) return () => {};
  const stopListening = listen("disconnect", ask);
  // Listening made Node wait for the parent; a program with nothing left to do should still end by itself.
  process.channel?.unref();
  return stopListening;
}

function soon(call: () => void): () => void {
  const immediate = setImmediate(call);
  return () => clearImmediate(immediate);
}
