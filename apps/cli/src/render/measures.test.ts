import { expect, it } from "vitest";
import { renderMeasures } from "./measures.js";

it.each([
  ["", {}],
  ["free 1.5KiB", { free: { value: 1_536, unit: "bytes" } }],
  ["grown -3bytes", { grown: { value: -3, unit: "bytes" } }],
  ["open 0.4ms", { open: { value: 0.4, unit: "ms" } }],
  ["open 5m", { open: { value: 301_000, unit: "ms" } }],
  ["used 76.7%, jobs 3", { used: { value: 76.7, unit: "%" }, jobs: { value: 3, unit: "" } }],
])("shows %s", (text, measures) => {
  expect(renderMeasures(measures)).toBe(text);
});
