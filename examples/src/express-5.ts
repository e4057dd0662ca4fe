// The probes in an Express 5 app, answered before Express touches the request.
import { hostname } from "node:os";
import { health } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import { startSnapshotReader } from "@caretaker/redis-store";
import express from "express";

const { REDIS_URL = "redis://127.0.0.1:6379", PORT = "8080", DRAIN_MS = "5000" } = process.env;

const lifecycle = createLifecycle();
const source = startSnapshotReader({ redis: REDIS_URL, prefix: "caretaker", log: console });
const app = express();

health({ source, lifecycle, hostId: hostname() }).attach(app);
app.get("/", (_request, response) => void response.send("hello"));

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  lifecycle.ready();
  console.log(`listening on ${JSON.stringify(server.address())}`);
});

process.once("SIGTERM", () => {
  // Readiness is 503 from here on; the balancer has this long to notice.
  lifecycle.drain();
  setTimeout(() => server.close(() => source.stop()), Number(DRAIN_MS));
});
