import { errnoOf } from "./errno.js";

/** Why a session could not be deleted. `changed` and `vanished` mean that the plan no longer describes it. */
export const FAILURE_CODES = [
  "changed",
  "vanished",
  "held",
  "active",
  "mount_inside",
  "other_device",
  "claim_failed",
  "name_taken",
  "permission",
  "busy",
  "read_only",
  "no_space",
  "not_empty",
  "too_deep",
  "io",
] as const;

/** One of {@link FAILURE_CODES}. */
export type FailureCode = (typeof FAILURE_CODES)[number];

const BY_ERRNO: Readonly<Record<string, FailureCode>> = {
  EACCES: "permission",
  EPERM: "permission",
  EBUSY: "busy",
  ETXTBSY: "busy",
  EROFS: "read_only",
  ENOSPC: "no_space",
  EDQUOT: "no_space",
  ENOTEMPTY: "not_empty",
  EEXIST: "not_empty",
  ENAMETOOLONG: "too_deep",
  EXDEV: "other_device",
  ENOENT: "vanished",
  ELOOP: "changed",
  ENOTDIR: "changed",
  EISDIR: "changed",
  ESTALE: "changed",
  EIO: "io",
  // Not the system's: what the walk says when it meets a mount.
  MOUNT_INSIDE: "mount_inside",
};

/** The code of a system error; `fallback` for the ones that say nothing to an operator. */
export function failureCodeOf(error: unknown, fallback: FailureCode = "io"): FailureCode {
  return BY_ERRNO[errnoOf(error)] ?? fallback;
}
