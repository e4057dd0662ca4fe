import { queueRows } from "../view/queue-rows.js";
import { Empty } from "./empty.js";
import { Mark } from "./mark.js";
import type { Page } from "./page.js";

/** The queues, as the workers counted them last. */
export function Queues({ page: { status, nowMs } }: { page: Page }) {
  const rows = queueRows(status?.queues ?? [], nowMs);
  return (
    <section aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      {rows.length === 0 ? (
        <Empty title="No queue is known.">A worker counts its queues with each sign of life; start one.</Empty>
      ) : (
        <table class="cards">
          <caption class="hidden">Queues</caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Queue</th>
              <th scope="col">Waiting</th>
              <th scope="col">Oldest</th>
              <th scope="col">Active</th>
              <th scope="col">Later</th>
              <th scope="col">Failed</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <td class="state">
                  <Mark {...row.state} />
                </td>
                <th scope="row" class="name">
                  {row.name}
                </th>
                <td data-title="Waiting">{row.waiting}</td>
                <td data-title="Oldest">{row.oldest}</td>
                <td data-title="Active">{row.active}</td>
                <td data-title="Later">{row.delayed}</td>
                <td data-title="Failed">{row.failed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
