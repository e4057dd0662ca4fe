import { findOnPath } from "../setup/find-on-path.mjs";

/** A server that can be started here. */
export interface RedisEngine {
  readonly name: string;
  readonly path: string;
}

/**
 * The servers that the product takes and that are here: no case is made of one that is not, so none is skipped. Always one
 * at least, whose tests fail and say so where there is none.
 */
export function redisEngines(): readonly RedisEngine[] {
  const found = ["redis-server", "valkey-server"].map((name) => ({ name, path: findOnPath([name]) }));
  const engines = found.filter((engine): engine is RedisEngine => engine.path !== undefined);
  return engines.length > 0
    ? engines
    : [{ name: "redis-server", path: process.env["CARETAKER_REDIS_SERVER"] ?? "no redis-server was found" }];
}
