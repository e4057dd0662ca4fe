import { formatDuration } from "../view/format-duration.js";
import { offsetOf } from "../view/format-time.js";
import type { Headline } from "../view/headline.js";
import { Shape } from "./mark.js";
import { Moment } from "./moment.js";
import type { Acts, Page } from "./page.js";

/** The headline, how the page learns, and in which zone its times are. */
export function Masthead({ page, line, acts }: { page: Page; line: Headline; acts: Acts | null }) {
  return (
    <header class="masthead">
      <div class={`headline ${line.tone}`} role="status">
        <Shape tone={line.tone} />
        <div>
          <h1>{line.word}</h1>
          <p>{line.detail}</p>
        </div>
      </div>
      <div class="meta">
        <p class="brand">
          Caretaker
          {page.status !== null && <span class="faint"> on {page.status.instance.host}</span>}
        </p>
        <p>
          <Learning page={page} />
        </p>
        <p>
          <Zone page={page} acts={acts} />
          {page.holdsToken && acts !== null && !page.address.kiosk && (
            <>
              {" · "}
              <button type="button" class="plain" onClick={acts.forgetToken}>
                forget the token
              </button>
            </>
          )}
        </p>
      </div>
    </header>
  );
}

const WAYS = {
  none: "loaded",
  live: "live",
  polling: "polling every 2 s",
  away: "no connection",
  locked: "locked",
} as const;

function Learning({ page: { connection, status, nowMs, zone } }: { page: Page }) {
  return (
    <span class={`learning ${connection}`}>
      <svg class="pulse" viewBox="0 0 8 8" aria-hidden="true">
        <circle cx="4" cy="4" r="3" />
      </svg>
      {WAYS[connection]}
      {status !== null && (
        <span class="faint">
          {" · as of "}
          <Moment
            ms={connection === "live" || connection === "polling" ? nowMs : status.nowMs}
            zone={zone}
            nowMs={nowMs}
          />
          {(connection === "away" || connection === "none") && nowMs - status.nowMs >= 1_000
            ? `, ${formatDuration(nowMs - status.nowMs)} ago`
            : ""}
        </span>
      )}
    </span>
  );
}

function Zone({ page: { zone, nowMs }, acts }: { page: Page; acts: Acts | null }) {
  const offset = offsetOf(zone, nowMs);
  const words = zone === "UTC" ? "times in UTC" : `times in ${zone} (${offset})`;
  if (acts === null) return <span class="faint">{words}</span>;
  return (
    <button type="button" class="plain" onClick={acts.toggleZone} title="Change between UTC and this browser's zone">
      {words}
    </button>
  );
}
