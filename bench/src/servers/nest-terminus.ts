import "reflect-metadata";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Controller, Get, Inject, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { HealthCheckService, TerminusModule } from "@nestjs/terminus";
import { PATHS, type ServerSettings, type Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

let checks = 0;

class HealthController {
  readonly #health: HealthCheckService;

  constructor(health: HealthCheckService) {
    this.#health = health;
  }

  live() {
    return this.#health.check([]);
  }

  ready() {
    return this.#health.check([
      async () => {
        await runSlowChecks(checks);
        return { dependencies: { status: "up" } };
      },
    ]);
  }
}

class AppModule {}

// As decorators would: they need a compiler setting that the rest of the repository does without.
Inject(HealthCheckService)(HealthController, undefined, 0);
for (const [name, path] of [
  ["live", "/"],
  ["ready", "/ready"],
] as const) {
  const method = Object.getOwnPropertyDescriptor(HealthController.prototype, name);
  if (method !== undefined) Get(path)(HealthController.prototype, name, method);
}
Controller("/health")(HealthController);
Module({ imports: [TerminusModule], controllers: [HealthController] })(AppModule);

/** @nestjs/terminus on Express, as its documentation shows it. */
export async function start(settings: ServerSettings): Promise<Started> {
  checks = settings.checks;
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, "127.0.0.1");
  const server = app.getHttpServer() as Server;
  server.keepAliveTimeout = 0;
  return { port: (server.address() as AddressInfo).port, ...PATHS };
}
