import type { Redis } from "ioredis";

interface WarnLog {
  warn(message: string): void;
}

/** The oldest Redis that has every command used here; every Valkey has. */
const OLDEST = [6, 2] as const;

/** Says so in the log whenever the client reaches a server that is too old: what fails then does so in odd ways. */
export function warnOfOldServer(client: Redis, log: WarnLog): void {
  client.on("ready", () => {
    // Where it may not be asked for, or the connection is gone again, there is nothing to say.
    client.info("server").then(
      (info) => judge(info, log),
      () => undefined,
    );
  });
}

function judge(info: string, log: WarnLog): void {
  const version = /^redis_version:(\d+)\.(\d+)\S*/m.exec(info);
  if (version === null || !isOlder([Number(version[1]), Number(version[2])])) return;
  const found = version[0].slice("redis_version:".length);
  log.warn(`Redis ${found} is too old: Caretaker needs ${OLDEST.join(".")} or newer, or Valkey; upgrade the server`);
}

function isOlder([major, minor]: readonly [number, number]): boolean {
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
