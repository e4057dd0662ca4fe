import type { AddressInfo } from "node:net";
import { createBenchServer, type ServerSettings } from "./create-bench-server.js";

// The server's side of a measurement: tells its port, and whenever asked the processor time it has used, in µs.
const settings: ServerSettings = JSON.parse(process.argv[2] ?? "{}");
const server = createBenchServer(settings);
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system });
});
// The parent is gone, however it ended.
process.on("disconnect", () => process.exit(0));
