import { existsSync, readdirSync } from "node:fs";
import { prepareDataDirectories } from "@caretaker/config";
import { settingsOrExit, workerSettings } from "@caretaker/service";
import { demoSessions, recordDemo } from "./record-demo.js";

const { recordingsDir } = prepareDataDirectories(settingsOrExit(workerSettings));
const entries = existsSync(recordingsDir) ? readdirSync(recordingsDir) : [];
if (entries.length > 0) {
  process.stdout.write(`${recordingsDir} is not empty; no demo sessions recorded\n`);
} else {
  const sessions = demoSessions(Date.now());
  await recordDemo(recordingsDir, sessions);
  process.stdout.write(`${sessions.length} demo sessions recorded in ${recordingsDir}\n`);
}
