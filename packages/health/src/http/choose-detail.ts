import type { ProbeSettings } from "./probe-options.js";
import type { ProbeRequest } from "./probe-request.js";
import type { Detail } from "./readiness-body.js";

/** How much this request is told; a promise only where `authorize` gives one. Anything but `true` from it is a no. */
export function chooseDetail<R extends ProbeRequest>(
  request: R,
  verbose: boolean,
  settings: Pick<ProbeSettings<R>, "detail" | "authorize" | "onError">,
): Detail | Promise<Detail> {
  const { detail, authorize, onError } = settings;
  if (authorize === null || (!verbose && detail !== "full")) return detail;
  const otherwise = detail === "full" ? "status" : detail;
  const choose = (admitted: unknown): Detail => (admitted === true ? "full" : otherwise);
  const deny = (error: unknown): Detail => {
    onError(error);
    return otherwise;
  };
  try {
    const admitted = authorize(request);
    return typeof admitted === "boolean" ? choose(admitted) : Promise.resolve(admitted).then(choose, deny);
  } catch (error) {
    return deny(error);
  }
}
