/**
 * How a process of Caretaker ends: asked and clean; a fault or a failed step; settings that are not allowed
 * (`EX_CONFIG` of sysexits.h); the shutdown deadline passed (as `timeout(1)` says it). A second signal is 128 + n.
 */
export const EXIT_CODES = { clean: 0, fault: 1, settings: 78, deadline: 124 } as const;
