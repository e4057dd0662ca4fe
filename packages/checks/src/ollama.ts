import type { CheckDefinition } from "@caretaker/health";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { getJson } from "./get-json.js";
import { httpErrorCode } from "./http-error-code.js";
import { judgeModels } from "./judge-models.js";
import { HTTP_URL, MODEL } from "./rules.js";

/** Which Ollama, and what it must have. */
export interface OllamaOptions extends CommonOptions {
  /** Default `http://127.0.0.1:11434`. */
  readonly url?: string;
  /** A model that must be pulled; without a tag, the one tagged `latest`. */
  readonly model?: string;
}

/**
 * An Ollama answers and has a model: `not_found` when the model is not pulled, else `refused`, `unreachable`, `dns`,
 * `tls`, `bad_status`, `unauthorized` or `bad_body`. Asks `/api/tags`, which loads no model. Measures `latencyMs`,
 * `models`. Named `ollama`, host scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function ollama(options: OllamaOptions = {}): CheckDefinition {
  const { url = "http://127.0.0.1:11434", model } = options;
  return declareCheck({
    defaults: { name: "ollama", scope: "host" },
    given: options,
    rules: { url: HTTP_URL, model: MODEL },
    run: async ({ signal }) => {
      const answer = await getJson(`${url.replace(/\/+$/, "")}/api/tags`, { signal });
      return judgeModels(answer, {
        list: "models",
        id: "name",
        isWanted: model === undefined ? null : isTagged(model),
      });
    },
    codeOf: httpErrorCode,
  });
}

function isTagged(model: string): (name: string) => boolean {
  const wanted = model.includes(":") ? model : `${model}:latest`;
  return (name) => name === wanted;
}
