import type { ServerModule, ServerSettings } from "../servers/server.js";
import { slowCheckRuns } from "../servers/slow-checks.js";

// The server's side of a measurement: tells where it is, and whenever asked what it has used.
const settings: ServerSettings = JSON.parse(process.argv[2] ?? "{}");
// Loaded alone: what another server needs must count neither in the start nor in the memory.
const server = (await import(`../servers/${settings.kind}.js`)) as ServerModule;
process.send?.(await server.start(settings));

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, checkRuns: slowCheckRuns(), rssBytes: process.memoryUsage.rss() });
});
// The parent is gone, however it ended.
process.on("disconnect", () => process.exit(0));
