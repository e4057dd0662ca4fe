import { listTrash, type RetentionTarget, type TrashedSession } from "@caretaker/retention";
import { RetentionFailedError } from "../errors.js";

/**
 * Makes sure that something of this name lies in the trash, by reading alone: a root that has no trash gets none.
 *
 * @throws RetentionFailedError naming what waits instead.
 */
export async function needInTrash(target: RetentionTarget, session: string): Promise<void> {
  const trash = await listTrash(target);
  if (trash.some(({ id, claimId }) => id === session || claimId === session)) return;
  throw new RetentionFailedError(
    "ERR_UNKNOWN_SESSION",
    `nothing called ${JSON.stringify(session)} is in the trash; ${known(trash)}`,
  );
}

const NAMED = 5;

function known(trash: readonly TrashedSession[]): string {
  if (trash.length === 0) return "nothing waits there";
  const names = trash.slice(-NAMED).map(({ id }) => JSON.stringify(id));
  return `there are ${[...names, ...(trash.length > NAMED ? [`${trash.length - NAMED} more`] : [])].join(", ")}`;
}
