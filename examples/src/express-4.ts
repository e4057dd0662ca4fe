// The probes in an Express 4 app, as a middleware below a path of its own: /internal/health/ready.
import { hostname } from "node:os";
import { health } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import { startSnapshotReader } from "@caretaker/redis-store";
// An alias, because both versions live in this folder. In your app: from "express".
import express from "express4";

const { REDIS_URL = "redis://127.0.0.1:6379", PORT = "8080", DRAIN_MS = "5000" } = process.env;

const lifecycle = createLifecycle();
const source = startSnapshotReader({ redis: REDIS_URL, prefix: "caretaker", log: console });
const app = express();

// First, so that no body parser, session or rate limit stands before a probe.
app.use("/internal", health({ source, lifecycle, hostId: hostname() }));
app.use(express.json());
app.get("/", (_request, response) => void response.send("hello"));

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  lifecycle.ready();
  console.log(`listening on ${JSON.stringify(server.address())}`);
});

process.once("SIGTERM", () => {
  lifecycle.drain();
  setTimeout(() => server.close(() => source.stop()), Number(DRAIN_MS));
});
