import { openApiDocument } from "@caretaker/status/open-api";
import { Router } from "express";
import { expect, it } from "vitest";
import { assembleApp, routesOf, routesOfApi } from "./routes.ts";

const spelled = (routes: readonly { method: string; path: string; needs: string }[]) =>
  routes.map(({ method, path, needs }) => `${method} ${path} ${needs}`);

it("finds every operation of the OpenAPI document, and what other documents promise", async () => {
  const found = (await routesOfApi()).map(({ method, path }) => `${method} ${path}`);
  const values: Readonly<Record<string, string>> = { "{check}": "database", "{target}": "small", "{runId}": "a-runId" };
  const documented = Object.entries(openApiDocument().paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => key !== "parameters")
      .map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, (name) => values[name] ?? name)}`),
  );
  const others = ["/health", "/livez", "/healthz", "/health/ready", "/readyz", "/health/startup", "/startupz"];
  const more = ["/health/ready/database", "/", "/metrics", "/openapi.json", "/queues", "/queues/api/queues", "/app.js"];
  expect(documented.length).toBeGreaterThan(9);
  expect(found).toEqual(expect.arrayContaining([...documented, ...[...others, ...more].map((path) => `GET ${path}`)]));
});

it("finds a route that is added later, wherever it is, and takes it for one that needs a token", async () => {
  const before = spelled(routesOf(await assembleApp()));
  const app = await assembleApp();
  const nested = Router().use(
    "/inner",
    Router().all(["/:check/one", "/two{/:three}"], () => undefined),
  );
  app.use(["/outer", "/other"], nested);
  app.delete("/gone", () => undefined);
  const added = spelled(routesOf(app)).filter((route) => !before.includes(route));
  const ofAll = ["GET reading", "POST doing", "PUT doing", "PATCH doing", "DELETE doing"].map((one) => one.split(" "));
  const nestedPaths = ["/outer", "/other"].flatMap((outer) =>
    ["database/one", "two/a-three"].map((path) => `${outer}/inner/${path}`),
  );
  const expected = nestedPaths.flatMap((path) => ofAll.map(([method, needs]) => `${method} ${path} ${needs}`));
  expect(added.toSorted()).toEqual([...expected, "DELETE /gone doing"].toSorted());
});

it("does not pass over a handler of which it cannot tell what it answers", async () => {
  const app = await assembleApp();
  app.use("/hidden", function answersSomething() {});
  expect(() => routesOf(app)).toThrow("nobody knows what answersSomething answers at /hidden");
  const other = await assembleApp();
  other.get(/^\/pattern/, () => undefined);
  expect(() => routesOf(other)).toThrow("which is no text");
});
