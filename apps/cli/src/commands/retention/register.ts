import type { Command } from "commander";
import type { Shell } from "../../shell.js";
import { registerAdopt } from "./adopt.js";
import { registerConfirm } from "./confirm.js";
import { registerHistory } from "./history.js";
import { registerPlan } from "./plan.js";
import { registerRestore } from "./restore.js";
import { registerRun } from "./run.js";

const COMMANDS = [registerPlan, registerRun, registerConfirm, registerRestore, registerAdopt, registerHistory];

/** `caretaker retention …`: what may be deleted, and doing it. */
export function registerRetention(program: Command, shell: Shell): void {
  const retention = program.command("retention").description("what a target keeps and deletes, and doing it");
  for (const register of COMMANDS) register(retention, shell);
}
