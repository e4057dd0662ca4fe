import { hrefOf } from "../view/address.js";
import { type TimelineRow, timelineRows } from "../view/timeline-rows.js";
import { Empty } from "./empty.js";
import { Mark } from "./mark.js";
import { Moment } from "./moment.js";
import type { Acts, Page } from "./page.js";

const MAX_SHOWN = 40;

/** The changes of state, newest first, with how long each lasted. */
export function Timeline({ page, acts }: { page: Page; acts: Acts | null }) {
  const { history, address, nowMs } = page;
  const rows = history === null ? [] : timelineRows(history, { filter: address.only, nowMs });
  return (
    <section aria-labelledby="timeline">
      <div class="bar">
        <h2 id="timeline">Changes</h2>
        {!address.kiosk && <Filter page={page} acts={acts} />}
      </div>
      {rows.length === 0 ? (
        <Empty title={`No change in the last ${address.range.replace(/(\d+)/, "$1 ")}.`}>
          {history === null
            ? "The history cannot be read at the moment."
            : "Every change of a check's state is listed here."}
        </Empty>
      ) : (
        <table class="cards changes">
          <caption class="hidden">Changes of state, newest first</caption>
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Check</th>
              <th scope="col">Change</th>
              <th scope="col">Lasted</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, address.kiosk ? 8 : MAX_SHOWN).map((row) => (
              <Line key={row.id} row={row} page={page} />
            ))}
          </tbody>
        </table>
      )}
      {(rows.length > MAX_SHOWN || history?.truncated === true) && (
        <p class="faint">
          The newest {Math.min(rows.length, MAX_SHOWN)} are shown; <a href={hrefToJson(address.range)}>all as JSON</a>.
        </p>
      )}
    </section>
  );
}

function hrefToJson(range: string): string {
  return `status/history?range=${range}`;
}

function Line({ row, page: { zone, nowMs } }: { row: TimelineRow; page: Page }) {
  return (
    <tr>
      <td data-title="At">
        <Moment ms={row.atMs} zone={zone} nowMs={nowMs} />
      </td>
      <td data-title="Check">
        {row.name}
        {row.host !== null && <span class="faint host">@{row.host}</span>}
      </td>
      <td class="state">
        {row.from.word !== "unknown" && (
          <>
            <Mark {...row.from} /> <span aria-hidden="true">→</span>
            <span class="hidden">to</span>{" "}
          </>
        )}
        <Mark {...row.to} />
      </td>
      <td data-title="Lasted">
        {row.lasted}
        {!row.isOver && <span class="faint"> so far</span>}
      </td>
      <td data-title="Why">
        {row.code !== null && <code>{row.code}</code>} {row.sentence}
      </td>
    </tr>
  );
}

function Filter({ page: { address, status, history }, acts }: { page: Page; acts: Acts | null }) {
  const known = [
    ...(status?.checks ?? []).map(({ name }) => name),
    ...(history?.transitions ?? []).map(({ check }) => check),
  ];
  const names = [...new Set([...known, ...(address.only === null ? [] : [address.only])])].sort();
  const rest = new URLSearchParams(hrefOf({ ...address, only: null }).slice(1));
  return (
    <form method="get" class="filter">
      {[...rest].map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label>
        Check{" "}
        <select
          name="only"
          onChange={(event) =>
            acts?.show({ only: event.currentTarget.value === "" ? null : event.currentTarget.value })
          }
        >
          <option value="" selected={address.only === null}>
            all
          </option>
          {names.map((name) => (
            <option key={name} value={name} selected={address.only === name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {acts === null && <button type="submit">Show</button>}
    </form>
  );
}
