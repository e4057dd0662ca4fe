import type { History, Strip } from "@caretaker/status";
import { Fragment } from "preact";
import { hrefOf } from "../view/address.js";
import { type CheckRow, checkRows, keyOf } from "../view/check-rows.js";
import { type StripView, stripView } from "../view/strip-view.js";
import { Badge } from "./badge.js";
import { CheckDetail } from "./check-detail.js";
import { Empty } from "./empty.js";
import { follow } from "./follow.js";
import { FuseBar } from "./fuse-bar.js";
import { Mark } from "./mark.js";
import type { Acts, Page } from "./page.js";
import { RangePicker } from "./range-picker.js";
import { Spark } from "./spark.js";
import { StripBars } from "./strip.js";

/** The checks, worst first; the open one with its explanation and history below it. */
export function Checks({ page, acts }: { page: Page; acts: Acts | null }) {
  const { status, address, nowMs } = page;
  const rows = checkRows(status?.checks ?? [], nowMs);
  return (
    <section aria-labelledby="checks">
      <div class="bar">
        <h2 id="checks">Checks</h2>
        <RangePicker page={page} acts={acts} />
      </div>
      {rows.length === 0 ? (
        <Empty title={status === null ? "Nothing is known yet." : "No checks are declared."}>
          Declare them in <code>caretaker.config.ts</code>, for example{" "}
          <code>{'export default defineConfig({ checks: [disk("/srv")] })'}</code>, and start a worker.
        </Empty>
      ) : (
        <table class="cards checks">
          <caption class="hidden">Checks, worst first</caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Check</th>
              <th scope="col">Why</th>
              <th scope="col">Since</th>
              <th scope="col">Last run</th>
              <th scope="col">Next run</th>
              <th scope="col">Believed</th>
              <th scope="col">Took</th>
              <th scope="col">Last {address.range.replace(/(\d+)/, "$1 ")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Fragment key={row.key}>
                <Line row={row} page={page} acts={acts} />
                {row.key === address.check && <CheckDetail row={row} page={page} acts={acts} />}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
      <Legend />
    </section>
  );
}

function Line({ row, page, acts }: { row: CheckRow; page: Page; acts: Acts | null }) {
  const { address, history } = page;
  const isOpen = row.key === address.check;
  const view = history === null ? null : stripOf(history, row.key);
  return (
    <tr id={`check-${row.key}`} class={`${row.state.tone}${isOpen ? " open" : ""}`}>
      <td class="state">
        <Mark {...row.state} />
        {row.remarks.map((remark) => (
          <Badge key={remark}>{remark}</Badge>
        ))}
      </td>
      <th scope="row" class="name">
        <a
          href={hrefOf({ ...address, check: isOpen ? null : row.key })}
          aria-expanded={isOpen}
          onClick={follow(acts, { check: isOpen ? null : row.key })}
        >
          {row.name}
        </a>
        {row.host !== null && <span class="faint host">@{row.host}</span>}
        {row.critical && <Badge>critical</Badge>}
        {!row.counted && <Badge>not counted here</Badge>}
      </th>
      <td class="why" data-title="Why">
        {row.code !== null && <code>{row.code}</code>} {row.sentence}
      </td>
      <td data-title="Since">{row.since}</td>
      <td data-title="Last run">{row.lastRun}</td>
      <td data-title="Next run">{row.nextRun}</td>
      <td data-title="Believed">
        <FuseBar fuse={row.fuse} />
      </td>
      <td data-title="Took" class="took">
        <Spark durationsMs={row.durationsMs} />
        <span>{row.took}</span>
      </td>
      <td data-title={`Last ${address.range}`} class="past">
        {view === null ? <span class="faint">no history yet</span> : <StripBars view={view} />}
      </td>
    </tr>
  );
}

// Drawn anew only for a new history: the rest of the page changes each second.
const drawn = new WeakMap<Strip, StripView>();

function stripOf(history: History, key: string): StripView | null {
  const strip = history.strips.find(({ check: name, host }) => keyOf({ name, host }) === key);
  if (strip === undefined) return null;
  const view = drawn.get(strip) ?? stripView(strip, history);
  drawn.set(strip, view);
  return view;
}

function Legend() {
  return (
    <p class="legend faint">
      Strips show the worst state of each span:{" "}
      {(["up", "degraded", "down", "none"] as const).map((kind) => (
        <span key={kind}>
          <svg class="strip key" viewBox="0 0 3 20" preserveAspectRatio="none" aria-hidden="true">
            <path class={kind} d={KEYS[kind]} />
          </svg>
          {kind === "none" ? "nobody looked" : kind}
        </span>
      ))}{" "}
      A pale foot: it was better for a part of it.
    </p>
  );
}

const KEYS = {
  up: "M0 12h3v8h-3z",
  degraded: "M0 6h3v14h-3z",
  down: "M0 0h3v20h-3z",
  none: "M0 18h3v2h-3z",
} as const;
