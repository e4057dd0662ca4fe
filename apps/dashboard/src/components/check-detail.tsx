import type { CheckExplanations } from "@caretaker/status";
import type { CheckRow } from "../view/check-rows.js";
import { formatDuration } from "../view/format-duration.js";
import { timelineRows } from "../view/timeline-rows.js";
import { DoButton } from "./do-button.js";
import { Mark } from "./mark.js";
import { Moment } from "./moment.js";
import type { Acts, Page } from "./page.js";
import { Scrubber } from "./scrubber.js";

/** Why a check counts as it does, what it went through, and running it now. */
export function CheckDetail({ row, page, acts }: { row: CheckRow; page: Page; acts: Acts | null }) {
  return (
    <tr class="detail">
      <td colSpan={9}>
        <div class="columns">
          <Why row={row} explained={page.explained} />
          <Past row={row} page={page} />
          <Facts row={row} page={page} acts={acts} />
        </div>
      </td>
    </tr>
  );
}

function Why({ row, explained }: { row: CheckRow; explained: CheckExplanations | null }) {
  const found =
    explained?.check === row.name ? explained.explanations.find(({ host }) => host === row.host) : undefined;
  return (
    <div>
      <h3>Why it counts as it does</h3>
      {found === undefined ? (
        <p class="faint">Asking the service.</p>
      ) : (
        <ol class="why">
          {found.why.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

const MAX_SHOWN = 6;

function Past({ row, page: { history, zone, nowMs, address } }: { row: CheckRow; page: Page }) {
  const changes =
    history === null ? [] : timelineRows(history, { filter: row.name, nowMs }).filter(({ key }) => key === row.key);
  return (
    <div>
      <h3>What it went through</h3>
      {history !== null && <Scrubber history={history} checkKey={row.key} zone={zone} nowMs={nowMs} />}
      {changes.length === 0 ? (
        <p class="faint">No change of state in the last {address.range.replace(/(\d+)/, "$1 ")}.</p>
      ) : (
        <ul class="changes">
          {changes.slice(0, MAX_SHOWN).map(({ id, atMs, to, lasted, isOver }) => (
            <li key={id}>
              <Moment ms={atMs} zone={zone} nowMs={nowMs} /> <Mark {...to} />{" "}
              <span class="faint">{isOver ? `for ${lasted}` : `since ${lasted}`}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Facts({ row, page, acts }: { row: CheckRow; page: Page; acts: Acts | null }) {
  const check = page.status?.checks.find(({ name, host }) => name === row.name && host === row.host);
  if (check === undefined) return null;
  const { everyMs, timeoutMs, lateAfterMs, staleAfterMs, scope, critical, budget } = check;
  return (
    <div>
      <h3>How it is watched</h3>
      <dl>
        <dt>Scope</dt>
        <dd>{scope === "fleet" ? "one result for the fleet" : `this machine's own (${row.host ?? "any"})`}</dd>
        <dt>Counts</dt>
        <dd>{critical ? "critical: down makes readiness 503" : "not critical: down is a warning"}</dd>
        {everyMs > 0 && (
          <>
            <dt>Runs</dt>
            <dd>
              every {formatDuration(everyMs)}, for at most {formatDuration(timeoutMs)}
            </dd>
            <dt>Ages</dt>
            <dd>
              late after {formatDuration(lateAfterMs)}, stale after {formatDuration(staleAfterMs)}
            </dd>
          </>
        )}
        {budget !== null && (
          <>
            <dt>Noticed</dt>
            <dd>
              within {formatDuration(budget.noticeMs.best)} to {formatDuration(budget.noticeMs.worst)}
            </dd>
          </>
        )}
      </dl>
      {everyMs > 0 && !page.address.kiosk && (
        <DoButton page={page} acts={acts} deed={{ kind: "check", check: row.name, host: row.host }}>
          Run check now
        </DoButton>
      )}
    </div>
  );
}
