import { createServer } from "node:http";
import express from "express";
import actuator from "express-actuator";
import { listen, type Started } from "./server.js";

/** express-actuator, whose health is a constant: it has no readiness. */
export async function start(): Promise<Started> {
  return listen(createServer(express().use(actuator())), { liveness: "/health" });
}
