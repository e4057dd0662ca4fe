import { hrefOf, RANGES } from "../view/address.js";
import { follow } from "./follow.js";
import type { Acts, Page } from "./page.js";

/** How far back the strips and the timeline go. */
export function RangePicker({ page: { address }, acts }: { page: Page; acts: Acts | null }) {
  return (
    <nav class="ranges" aria-label="How far back">
      {RANGES.map((range) => (
        <a
          key={range}
          href={hrefOf({ ...address, range })}
          aria-current={range === address.range ? "true" : undefined}
          onClick={follow(acts, { range })}
        >
          {range.replace(/(\d+)/, "$1 ")}
        </a>
      ))}
    </nav>
  );
}
