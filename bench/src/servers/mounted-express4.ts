import { createServer } from "node:http";
import { health } from "@caretaker/express";
import express from "express4";
import { healthOptions } from "./health-options.js";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";

/** Ours, as a middleware of an Express 4 app. */
export async function start(settings: ServerSettings): Promise<Started> {
  return listen(createServer(express().use(health(await healthOptions(settings)))), PATHS);
}
