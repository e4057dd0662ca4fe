// Peers that ship no types; what is used of them.
declare module "express-actuator" {
  import type { RequestHandler } from "express";
  export default function actuator(): RequestHandler;
}

declare module "kube-probe" {
  import type { Express, RequestHandler } from "express";

  interface Options {
    readonly livenessURL: string;
    readonly readinessURL: string;
    readonly readinessCallback?: RequestHandler;
  }
  export default function probe(app: Express, options: Options): void;
}
