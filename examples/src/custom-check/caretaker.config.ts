// A check of your own: how many invoices wait to be sent, asked of the service that sends them.
//   CARETAKER_CONFIG=examples/src/custom-check/caretaker.config.ts npx caretaker check
import { defineCheck, fail, pass, warn } from "@caretaker/health";
import { defineConfig } from "@caretaker/worker";

const { INVOICES_URL = "http://127.0.0.1:9000/depth" } = process.env;

const invoices = defineCheck({
  name: "invoices",
  every: "15s",
  timeout: "2s",
  critical: true,
  run: async ({ signal }) => {
    // The signal ends the request when the timeout does; what is thrown becomes a code, and is never published.
    const waiting = Number(await (await fetch(INVOICES_URL, { signal })).text());
    const measures = { waiting: { value: waiting, unit: "" } };
    if (!Number.isInteger(waiting)) return fail("bad_body");
    if (waiting >= 1_000) return fail("threshold", { measures });
    return waiting >= 100 ? warn("threshold", measures) : pass(measures);
  },
});

export default defineConfig({ checks: [invoices] });
