/**
 * How `caretaker` ends: all well; the verdict is fail, or something was refused or broken; arguments, settings or a
 * configuration that are not allowed; a run that did a part of what it should; SIGINT or SIGTERM.
 */
export const EXIT_CODES = { ok: 0, fail: 1, usage: 2, partial: 3, interrupted: 130 } as const;
