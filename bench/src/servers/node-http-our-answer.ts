import { createServer, type RequestListener } from "node:http";
import { createProbes, type ProbeResponse } from "@caretaker/health";
import { healthOptions } from "./health-options.js";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";

/** A hand-written handler that sends our own answers, each made once: what is left is what their bytes cost. */
export async function start(settings: ServerSettings): Promise<Started> {
  const { source, lifecycle, hostId, detail = "status" } = await healthOptions(settings);
  const probes = createProbes({ source, lifecycle, hostId, detail });
  const answerTo = (url: string) => probes.answer({ method: "GET", url, headers: {} }) as ProbeResponse;
  const [liveness, readiness] = [answerTo(PATHS.liveness), answerTo(PATHS.readiness)];
  const listener: RequestListener = (request, response) => {
    const { statusCode, headers, body } = request.url === PATHS.liveness ? liveness : readiness;
    response.writeHead(statusCode, headers as string[]);
    if (typeof body === "string") response.end(body, "latin1");
    else response.end(body);
  };
  return listen(createServer(listener), PATHS);
}
