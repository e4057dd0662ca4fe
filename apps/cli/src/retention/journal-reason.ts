import { userInfo } from "node:os";
import type { CliContext } from "../context.js";

/** Why, for the journal: what was given, and who gave it. */
export function journalReason(given: string | undefined, { env }: Pick<CliContext, "env">): string {
  const said = given?.trim() ?? "";
  return [...(said === "" ? [] : [said]), `by ${userOf(env)} with caretaker`].join(", ");
}

function userOf(env: CliContext["env"]): string {
  // Behind sudo everybody is root.
  const behind = env["SUDO_USER"];
  if (behind !== undefined && behind !== "") return behind;
  try {
    return userInfo().username;
  } catch {
    // A container's user need not have a name.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
