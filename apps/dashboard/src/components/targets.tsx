import type { Refusal } from "../view/refusal.js";
import { type Progress, type ReportRow, type TargetView, targetViews } from "../view/target-views.js";
import { Badge } from "./badge.js";
import { DoButton } from "./do-button.js";
import { Empty } from "./empty.js";
import { Mark, Shape } from "./mark.js";
import { Moment } from "./moment.js";
import type { Acts, Page } from "./page.js";

/** The cleanup targets. */
export function Targets({ page, acts }: { page: Page; acts: Acts | null }) {
  const targets = targetViews(page.status?.retention ?? [], page.nowMs);
  return (
    <section aria-labelledby="cleanup">
      <h2 id="cleanup">Cleanup</h2>
      {targets.length === 0 && (
        <Empty title="No cleanup target is declared.">
          Declare one with <code>defineTarget({"{ name, root, owns, keep }"})</code> in <code>caretaker.config.ts</code>
          .
        </Empty>
      )}
      {targets.map((target) => (
        <Target key={target.name} target={target} page={page} acts={acts} />
      ))}
    </section>
  );
}

function Target({ target, page, acts }: { target: TargetView; page: Page; acts: Acts | null }) {
  const { name, running, refusal, reports } = target;
  return (
    <div class="panel target">
      <div class="bar">
        <h3>{name}</h3>
        <Plan target={target} page={page} />
        {!page.address.kiosk && <Buttons name={name} page={page} acts={acts} />}
      </div>
      {running !== null && <Running progress={running} />}
      {refusal !== null && <Refused target={name} refusal={refusal} page={page} acts={acts} />}
      {reports.length === 0 ? (
        <Empty title="No run yet.">It comes by its schedule, or when you ask for one.</Empty>
      ) : (
        <Runs name={name} reports={page.address.kiosk ? reports.slice(0, 3) : reports} page={page} />
      )}
    </div>
  );
}

function Plan({ target, page: { zone, nowMs } }: { target: TargetView; page: Page }) {
  return (
    <p class="faint plan">
      {target.schedule} · next {target.next}
      {target.nextAtMs !== null && (
        <>
          {" ("}
          <Moment ms={target.nextAtMs} zone={zone} nowMs={nowMs} />)
        </>
      )}
      {target.disk !== "–" && ` · ${target.disk} free`}
      {target.trash !== "" && ` · in the trash: ${target.trash}`}
    </p>
  );
}

function Buttons({ name, page, acts }: { name: string; page: Page; acts: Acts | null }) {
  return (
    <p class="buttons">
      <DoButton page={page} acts={acts} deed={{ kind: "dry-run", target: name }}>
        Dry run
      </DoButton>
      <DoButton page={page} acts={acts} deed={{ kind: "cleanup", target: name }}>
        Run cleanup
      </DoButton>
      <DoButton page={page} acts={acts} deed={{ kind: "restore", target: name }}>
        Restore
      </DoButton>
    </p>
  );
}

function Running({ progress: { done, of, words } }: { progress: Progress }) {
  return (
    <p class="running">
      <progress aria-label="Progress of the run" {...(of > 0 ? { value: done, max: of } : {})} />
      {words}
    </p>
  );
}

function Refused({ target, refusal, page, acts }: { target: string; refusal: Refusal; page: Page; acts: Acts | null }) {
  const { planId, candidates, guards } = refusal;
  return (
    <div class="banner fail refusal">
      <Shape tone="fail" />
      <div>
        <strong>A guard has refused the last run: nothing was deleted.</strong>
        {guards.map(({ guard, why, todo }) => (
          <p key={guard}>
            <code>{guard}</code> {why}. {todo}
          </p>
        ))}
        {planId !== null && !page.address.kiosk && (
          <p class="buttons">
            <DoButton page={page} acts={acts} deed={{ kind: "confirm", target, planId, candidates }}>
              Confirm plan {planId.slice(0, 12)}
            </DoButton>
          </p>
        )}
      </div>
    </div>
  );
}

function Runs({ name, reports, page: { zone, nowMs } }: { name: string; reports: readonly ReportRow[]; page: Page }) {
  return (
    <table class="cards runs">
      <caption class="hidden">Last runs of {name}</caption>
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col">Started</th>
          <th scope="col">Candidates</th>
          <th scope="col">Kept</th>
          <th scope="col">Deleted</th>
          <th scope="col">Skipped</th>
          <th scope="col">Failed</th>
          <th scope="col">Freed</th>
          <th scope="col">Disk left</th>
          <th scope="col">Took</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <tr key={report.runId} data-run={report.runId}>
            <td class="state">
              <Mark {...report.outcome} />
              {report.badges.map((badge) => (
                <Badge key={badge}>{badge}</Badge>
              ))}
            </td>
            <td data-title="Started">
              <Moment ms={report.atMs} zone={zone} nowMs={nowMs} />
            </td>
            <td data-title="Candidates">{report.candidates}</td>
            <td data-title="Kept">{report.kept}</td>
            <td data-title="Deleted">{report.deleted}</td>
            <td data-title="Skipped">{report.skipped}</td>
            <td data-title="Failed">{report.failed}</td>
            <td data-title="Freed">{report.freed}</td>
            <td data-title="Disk left">{report.disk}</td>
            <td data-title="Took">{report.took}</td>
            <td data-title="Why">{report.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
