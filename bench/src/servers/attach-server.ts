import { createServer } from "node:http";
import { attach } from "@caretaker/express";
import { healthOptions } from "./health-options.js";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";

/** Ours, on a server without a framework. */
export async function start(settings: ServerSettings): Promise<Started> {
  const server = createServer();
  attach(server, await healthOptions(settings));
  return listen(server, PATHS);
}
