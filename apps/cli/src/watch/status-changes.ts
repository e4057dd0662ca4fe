import type { StatusReport } from "../status/status-report.js";

/** One thing that is not as it was: a check's state, a worker's presence, or the verdict of all. */
export interface StatusChange {
  readonly what: "verdict" | "check" | "worker";
  readonly name: string;
  /** The machine of a host result or a worker; `null` for the fleet's. */
  readonly host: string | null;
  /** `null` where there was none before. */
  readonly from: string | null;
  /** `null` where there is none any more. */
  readonly to: string | null;
  readonly code: string | null;
  /** When it was seen, Redis server time, in ms. */
  readonly atMs: number;
}

/** What changed between two looks at the status; against `null`, everything there is. */
export function statusChanges(before: StatusReport | null, now: StatusReport): readonly StatusChange[] {
  const old = before === null ? new Map<string, Subject>() : subjectsOf(before);
  const current = subjectsOf(now);
  const gone = [...old].filter(([key]) => !current.has(key)).map(([, subject]) => ({ ...subject, state: null }));
  return [...[...current.values()], ...gone].flatMap(({ key, what, name, host, state, code }) => {
    const from = old.get(key)?.state ?? null;
    return from === state ? [] : [{ what, name, host, from, to: state, code, atMs: now.nowMs }];
  });
}

interface Subject extends Pick<StatusChange, "what" | "name" | "host" | "code"> {
  readonly key: string;
  readonly state: string | null;
}

function subjectsOf({ verdict, code, checks, workers }: StatusReport): Map<string, Subject> {
  const subjects: Subject[] = [
    { key: "verdict", what: "verdict", name: "verdict", host: null, state: verdict, code },
    ...checks.map(
      ({ name, host, state, code: why }): Subject => ({
        key: `check ${name}@${host ?? ""}`,
        what: "check",
        name,
        host,
        state,
        code: why,
      }),
    ),
    ...workers.map(
      ({ id, host }): Subject => ({ key: `worker ${id}`, what: "worker", name: id, host, state: "here", code: null }),
    ),
  ];
  return new Map(subjects.map((subject) => [subject.key, subject]));
}
