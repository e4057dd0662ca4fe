import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import express from "express";
import express4 from "express4";
import { attach } from "../attach.js";
import { health } from "../health.js";
import type { HealthOptions } from "../health-options.js";

/** One way of putting probes into a server: what stands before their paths, and the server. */
export interface Setup {
  readonly name: string;
  readonly prefix: string;
  build(options: HealthOptions): Server;
}

/** Every way this package supports; beside the probes each serves `/other` with 200 and the text `other`. */
export const SETUPS: readonly Setup[] = [
  { name: "attach(server), node:http", prefix: "", build: attachedServer },
  { name: "attach(server), Express 5 behind it", prefix: "", build: attachedExpressServer },
  ...expressSetups("Express 5", express),
  ...expressSetups("Express 4", express4),
  { name: "a plain (req, res, next)", prefix: "", build: plain },
];

function expressSetups(version: string, framework: typeof express): Setup[] {
  const setup = (
    name: string,
    prefix: string,
    install: (app: express.Express, options: HealthOptions) => void,
  ): Setup => ({
    name: `${version}, ${name}`,
    prefix,
    build: (options) => {
      const app = framework();
      install(app, options);
      app.use(framework.json());
      app.get("/other", (_request, response) => void response.send("other"));
      return createServer(app);
    },
  });
  return [
    setup("attach(app)", "", (app, options) => health(options).attach(app)),
    setup("attach(app) with a base path", "/internal", (app, options) =>
      attach(app, { ...options, basePath: "/internal" }),
    ),
    setup("mounted", "", (app, options) => app.use(health(options))),
    setup("mounted on a sub-path", "/internal", (app, options) => app.use("/internal", health(options))),
    setup("mounted on /health itself", "", (app, options) => app.use(["/health", "/readyz"], health(options))),
    setup("mounted on a router", "/a/b", (app, options) => {
      const router = framework.Router();
      router.use("/b", health(options));
      app.use("/a", router);
    }),
    setup("in a mounted app", "/sub", (app, options) => {
      const sub = framework();
      health(options).attach(sub);
      app.use("/sub", sub);
    }),
  ];
}

function attachedServer(options: HealthOptions): Server {
  const server = createServer();
  health(options).attach(server);
  // Added after attach, and it would answer every request that reaches it.
  return server.on("request", serveOther);
}

function attachedExpressServer(options: HealthOptions): Server {
  const app = express();
  app.get("/other", (_request, response) => void response.send("other"));
  const server = createServer(app);
  attach(server, options);
  return server;
}

function plain(options: HealthOptions): Server {
  const middleware = health(options);
  return createServer((request, response) => middleware(request, response, () => serveOther(request, response)));
}

const serveOther: RequestListener = (_request: IncomingMessage, response: ServerResponse) => {
  response.end("other");
};
