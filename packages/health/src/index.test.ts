import { describe, expect, it } from "vitest";
import * as health from "./index.js";

describe("@caretaker/health", () => {
  it("exports this and nothing else", () => {
    expect(Object.keys(health).sort()).toMatchInlineSnapshot(`
      [
        "CODES",
        "EMPTY_SNAPSHOT",
        "InvalidCheckError",
        "InvalidProbeOptionsError",
        "MAX_CHECKS",
        "RECORD_VERSION",
        "VERDICTS",
        "WORKER_ALIVE_MS",
        "assessReadiness",
        "codeOfError",
        "createLifecycle",
        "createProbes",
        "decodeRecord",
        "decodeSpec",
        "defineCheck",
        "describeCode",
        "encodeBody",
        "encodeSpec",
        "evaluate",
        "fail",
        "failFrom",
        "failed",
        "freshnessOf",
        "isCheckName",
        "isCode",
        "isDeterministic",
        "lateAfterMs",
        "next",
        "pass",
        "publishableMeasures",
        "runCheck",
        "staleAfterMs",
        "storeCheck",
        "toOutcome",
        "toSpec",
        "validateCheckSet",
        "warn",
        "worst",
      ]
    `);
  });
});
