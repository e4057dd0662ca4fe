import type { CheckKey } from "@caretaker/health";

/** The hash field of one check and scope key: `ffmpeg` for the fleet, `ffmpeg@host-a` for one machine. */
export function toField({ check, host }: CheckKey): string {
  return host === null ? check : `${check}@${host}`;
}

/** The check and scope key of a hash field; a check's name holds no `@`. */
export function fromField(field: string): CheckKey {
  const at = field.indexOf("@");
  return at === -1 ? { check: field, host: null } : { check: field.slice(0, at), host: field.slice(at + 1) };
}
