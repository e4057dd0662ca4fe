import { closeSync, openSync, readSync } from "node:fs";

// The few short lines of a directory's entry; read once, because a size that is not known makes readFileSync slow.
const buffer = Buffer.alloc(512);

/** Which mount this open file is on, as the kernel numbers them; `null` where it does not say. Linux only. */
export function readMountId(fd: number): string | null {
  const info = openSync(`/proc/self/fdinfo/${fd}`, "r");
  try {
    const text = buffer.toString("latin1", 0, readSync(info, buffer));
    return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1] ?? null;
  } finally {
    closeSync(info);
  }
}
