import { HISTORY_RANGES } from "@caretaker/health";
import { type ComponentName, componentSchemas } from "./components.js";

/** The status API as an OpenAPI 3.1 document, made of the schemas its answers are tested with. */
export function openApiDocument() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Caretaker",
      version: "1",
      description:
        "What the checks, workers and cleanups of a fleet are doing. Moments are ms since the epoch by the clock of the store: compare them with nowMs. Fields may be added within a version.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{}, { token: [] }],
    paths: PATHS,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "STATUS_TOKEN to read, ADMIN_TOKEN to do; reading needs none on loopback while neither is set",
        },
      },
      schemas: componentSchemas(),
    },
  };
}

const ref = (name: ComponentName) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: ComponentName) => ({ "application/json": { schema: ref(name) } });
const answer = (description: string, name: ComponentName) => ({ description, content: json(name) });
const refused = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ref("Problem") } },
});

const REFUSALS = {
  "401": refused("the token is missing or wrong"),
  "403": refused("this is off: a token has to be set first"),
};
const UNREACHABLE = { "503": refused("the store cannot be reached") };

const REFUSALS_OF_DOING = {
  "400": refused("the body cannot be read"),
  ...REFUSALS,
  "404": refused("no such check, target or run"),
  "429": refused("too many requests"),
  ...UNREACHABLE,
};

/** What needs the admin token: a body that may be missing, and an answer that says where to look. */
function doing(operationId: string, summary: string, [body, accepted]: readonly [ComponentName, ComponentName]) {
  return {
    operationId,
    summary,
    security: [{ token: [] }],
    requestBody: { content: json(body) },
    responses: { "202": answer("what it led to", accepted), ...REFUSALS_OF_DOING },
  };
}

const parameter = (name: string, where: "path" | "query", schema: object) => ({
  name,
  in: where,
  ...(where === "path" ? { required: true } : {}),
  schema,
});
const TEXT = { type: "string" };

const EVENTS = `Server-sent events. On connect the event \`status\` with the whole status, then \`change\` with what differs (schema StatusChange), and \`heartbeat\` every 15 s (schema Heartbeat). A client that does not read is sent nothing more; once it has caught up it gets a \`status\`, after 10 s it is cut off.`;

const PATHS = {
  "/status": {
    get: {
      operationId: "getStatus",
      summary: "everything the dashboard shows, at this moment",
      responses: { "200": answer("the status", "Status"), ...REFUSALS },
    },
  },
  "/status/events": {
    get: {
      operationId: "followStatus",
      summary: "the status, and whatever changes in it",
      description: EVENTS,
      responses: {
        "200": { description: "a stream without an end", content: { "text/event-stream": { schema: TEXT } } },
        ...REFUSALS,
        "503": refused("the instance is stopping, or has as many followers as it takes"),
      },
    },
  },
  "/status/history": {
    get: {
      operationId: "getHistory",
      summary: "strips of sixty buckets and changes of state",
      parameters: [
        parameter("range", "query", { type: "string", enum: HISTORY_RANGES, default: "1h" }),
        parameter("check", "query", TEXT),
      ],
      responses: {
        "200": answer("the history", "History"),
        "400": refused("another range"),
        ...REFUSALS,
        "404": refused("no such check"),
        ...UNREACHABLE,
      },
    },
  },
  "/status/explain/{check}": {
    get: {
      operationId: "explainCheck",
      summary: "why a check counts as it does, or why it changed",
      parameters: [parameter("check", "path", TEXT), parameter("at", "query", TEXT)],
      responses: {
        "200": answer("the chain, for each machine", "CheckExplanations"),
        "400": refused("at is not the id of a transition"),
        ...REFUSALS,
        "404": refused("no such check, or no such transition"),
        ...UNREACHABLE,
      },
    },
  },
  "/checks/{check}/runs": {
    parameters: [parameter("check", "path", TEXT)],
    post: doing("runCheck", "run a check now", ["CheckRunRequest", "AcceptedCheckRun"]),
  },
  "/retention/{target}/runs": {
    parameters: [parameter("target", "path", TEXT)],
    get: {
      operationId: "listRuns",
      summary: "a target with its last runs",
      responses: { "200": answer("the target", "Target"), ...REFUSALS, "404": refused("no such target") },
    },
    post: doing("requestRun", "ask for a run", ["RunRequest", "AcceptedRun"]),
  },
  "/retention/{target}/confirm": {
    parameters: [parameter("target", "path", TEXT)],
    post: doing("confirmPlan", "apply a plan that guards have refused", ["ConfirmRequest", "AcceptedConfirm"]),
  },
  "/retention/{target}/restore": {
    parameters: [parameter("target", "path", TEXT)],
    post: doing("restoreSession", "bring a session back from the trash", ["RestoreRequest", "AcceptedRestore"]),
  },
  "/retention/{target}/runs/{runId}": {
    parameters: [parameter("target", "path", TEXT), parameter("runId", "path", TEXT)],
    get: {
      operationId: "getRun",
      summary: "where something that was asked of a target stands",
      responses: { "200": answer("the run", "Run"), ...REFUSALS, "404": refused("no such run"), ...UNREACHABLE },
    },
    delete: {
      ...doing("cancelRun", "cancel a run", ["CancelRequest", "CancelledRun"]),
      responses: {
        "200": answer("it never begins", "CancelledRun"),
        "202": answer("it ends after the session it is at", "CancelledRun"),
        ...REFUSALS_OF_DOING,
        "409": refused("it has ended"),
      },
    },
  },
};
