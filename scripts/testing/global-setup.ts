import { findRedisServer } from "../redis/find-redis-server.mjs";
import { say } from "../setup/say.mjs";
import { startRedisServer } from "./redis-server.ts";

/**
 * Gives the integration tests a Redis: one private server for the whole run in `CARETAKER_TEST_REDIS_URL` (shared, so
 * tests use key prefixes of their own) and in `CARETAKER_REDIS_SERVER` the executable with which they start servers
 * they may break. A developer's `REDIS_URL` is not used: tests stop, fill and flush what they are given. Whoever wants
 * a certain server names it in `CARETAKER_TEST_REDIS_URL`.
 *
 * Runs in vitest's main process before it forks the workers, which therefore inherit both variables.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  process.env["CARETAKER_REDIS_SERVER"] ??= await findRedisServer({ say });
  if (!process.env["CARETAKER_REDIS_SERVER"]) {
    delete process.env["CARETAKER_REDIS_SERVER"];
    say("redis: no redis-server found for the tests; install one (package redis-server, or brew install redis)");
    return undefined;
  }
  if (process.env["CARETAKER_TEST_REDIS_URL"]) return undefined;
  const redis = await startRedisServer();
  process.env["CARETAKER_TEST_REDIS_URL"] = redis.url;
  return async () => {
    delete process.env["CARETAKER_TEST_REDIS_URL"];
    await redis.stop();
  };
}
