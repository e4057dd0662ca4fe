import { createServer } from "node:http";
import { attach } from "@caretaker/express";
import express from "express4";
import { healthOptions } from "./health-options.js";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";

/** Ours, ahead of an Express 4 app. */
export async function start(settings: ServerSettings): Promise<Started> {
  const app = express();
  attach(app, await healthOptions(settings));
  return listen(createServer(app), PATHS);
}
