/** What was handed to `attach` is neither an Express app nor a `node:http` server. */
export class InvalidTargetError extends TypeError {
  readonly code = "ERR_INVALID_TARGET";

  constructor(target: unknown) {
    super(`attach was given ${describe(target)}; an Express app or a node:http server is needed`);
    this.name = "InvalidTargetError";
  }
}

function describe(target: unknown): string {
  if (target === null || typeof target !== "object") return typeof target === "object" ? "null" : `a ${typeof target}`;
  return `an object of ${target.constructor?.name ?? "no class"}`;
}
