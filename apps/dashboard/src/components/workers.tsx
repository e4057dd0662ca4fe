import { workerRows } from "../view/worker-rows.js";
import { Empty } from "./empty.js";
import { Mark } from "./mark.js";
import type { Page } from "./page.js";

/** The workers, and what they are at. */
export function Workers({ page: { status, nowMs } }: { page: Page }) {
  const rows = status === null ? [] : workerRows(status.workers, { nowMs, workerAliveMs: status.workerAliveMs });
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">Workers</h2>
      {rows.length === 0 ? (
        <Empty title="No worker has announced itself.">
          Start one: <code>node apps/worker/dist/main.js</code>, with the same <code>REDIS_URL</code> and{" "}
          <code>KEY_PREFIX</code> as the API.
        </Empty>
      ) : (
        <table class="cards">
          <caption class="hidden">Workers</caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Host</th>
              <th scope="col">Version</th>
              <th scope="col">Up for</th>
              <th scope="col">Last beat</th>
              <th scope="col">Doing</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td class="state">
                  <Mark {...row.state} />
                </td>
                <th scope="row" class="name" title={row.id}>
                  {row.host}
                  <span class="faint host">:{row.pid}</span>
                </th>
                <td data-title="Version">{row.version}</td>
                <td data-title="Up for">{row.up}</td>
                <td data-title="Last beat">{row.beat}</td>
                <td data-title="Doing">
                  {row.jobs.length > 0 ? row.jobs.join(", ") : <span class="faint">idle, last run {row.lastRun}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
