import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import type { Fault } from "./fault.ts";

/** What can become of the two processes. */
export const processFaults = {
  workerKilled: {
    name: "worker killed, back after 9 s",
    place: "worker",
    lastsMs: 9_000,
    begin: ({ worker }) => kill(worker),
    end: ({ restartWorker }) => restartWorker(),
    shows: "checks",
  },
  startedWithoutInfo: {
    name: "worker started while INFO is refused, 9 s",
    place: "worker",
    lastsMs: 9_000,
    // A BullMQ worker asks for it once, as it starts, and remembers the refusal for ever.
    begin: async ({ admin, worker, restartWorker }) => {
      await admin(["ACL", "SETUSER", "default", "-info"]);
      await kill(worker);
      await restartWorker();
    },
    end: ({ admin }) => admin(["ACL", "SETUSER", "default", "+info"]),
    shows: "checks",
    says: /NOPERM/,
  },
  workerPaused: {
    name: "worker stopped (SIGSTOP), 12 s",
    place: "worker",
    lastsMs: 12_000,
    begin: ({ worker }) => worker.child.kill("SIGSTOP"),
    end: ({ worker }) => worker.child.kill("SIGCONT"),
    shows: "checks",
  },
  apiKilled: {
    name: "API killed, back after 1 s",
    place: "api",
    lastsMs: 1_000,
    begin: ({ api }) => kill(api),
    end: ({ restartApi }) => restartApi(),
    takesApi: true,
  },
  apiPaused: {
    name: "API stopped (SIGSTOP), 10 s",
    place: "api",
    lastsMs: 10_000,
    begin: ({ api }) => api.child.kill("SIGSTOP"),
    end: ({ api }) => api.child.kill("SIGCONT"),
    takesApi: true,
  },
} satisfies Record<string, Fault>;

async function kill(app: SpawnedApp): Promise<void> {
  app.child.kill("SIGKILL");
  await app.exit;
}
