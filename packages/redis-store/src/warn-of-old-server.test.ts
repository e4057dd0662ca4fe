import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { expect, it } from "vitest";
import { warnOfOldServer } from "./warn-of-old-server.js";

async function said(info: string | Error): Promise<string[]> {
  const messages: string[] = [];
  const answer = info instanceof Error ? Promise.reject(info) : Promise.resolve(info);
  const client = Object.assign(new EventEmitter(), { info: () => answer });
  warnOfOldServer(client as unknown as Redis, { warn: (message) => messages.push(message) });
  client.emit("ready");
  await answer.catch(() => undefined);
  return messages;
}

it.each(["4.0.15", "5.0.14", "6.0.20"])("says that Redis %s is too old, and what is needed", async (version) => {
  expect(await said(`# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\n`)).toEqual([
    `Redis ${version} is too old: Caretaker needs 6.2 or newer, or Valkey; upgrade the server`,
  ]);
});

it.each(["6.2.0", "7.0.15", "10.0.1"])("says nothing of Redis %s", async (version) => {
  expect(await said(`# Server\r\nredis_version:${version}\r\n`)).toEqual([]);
});

it("says nothing of a server that does not tell", async () => {
  expect(await said("# Server\r\n")).toEqual([]);
  expect(await said(new Error("NOPERM this user has no permissions to run the 'info' command"))).toEqual([]);
});
