import { createServer, get } from "node:http";
import { attach } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import { startSnapshotReader } from "@caretaker/redis-store";
import { listen, PATHS } from "../servers/server.js";

// One API instance: after each change of its snapshot it asks itself over HTTP, and tells what was served and when.
const { redisUrl, prefix } = JSON.parse(process.argv[2] ?? "{}") as { redisUrl: string; prefix: string };
const quiet = { info: () => undefined, warn: () => undefined };
const source = startSnapshotReader({ redis: redisUrl, prefix, log: quiet });
const lifecycle = createLifecycle();
lifecycle.ready();
const server = createServer();
attach(server, { source, lifecycle, hostId: "bench" });
const { port } = await listen(server, PATHS);
let told: string | undefined;

source.onChange(() => {
  get({ port, path: PATHS.readiness, host: "127.0.0.1" }, (response) => {
    response.resume();
    const status = String(response.headers["x-health-status"]);
    if (status === told) return;
    told = status;
    process.send?.({ status, atNs: String(process.hrtime.bigint()) });
  });
});
process.on("disconnect", () => process.exit(0));
