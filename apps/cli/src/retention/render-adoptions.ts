import { printable } from "../render/printable.js";
import type { View } from "../render/view.js";
import type { AdoptionStep } from "./adopt-sessions.js";

/** Each session with its marker as it is or would be written, or why there is none. */
export function renderAdoptions(steps: readonly AdoptionStep[], view: View): string {
  return steps.flatMap((step) => lines(step, view)).join("\n");
}

function lines(step: AdoptionStep, { style }: View): string[] {
  const id = printable(step.id);
  if (step.status === "refused") return [`${style("refused", "bad")}  ${id}: ${printable(step.why)} (${step.code})`];
  const head = step.status === "adopted" ? style("adopted", "good") : "would write";
  const marker = JSON.stringify(step.marker, null, 2).split("\n");
  return [`${head}  ${printable(step.path)}`, ...marker.map((line) => `  ${printable(line)}`)];
}
