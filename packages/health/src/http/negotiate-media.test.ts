import { expect, it } from "vitest";
import { negotiateMedia } from "./negotiate-media.js";

it.each([
  [undefined, "json"],
  ["", "json"],
  ["*/*", "json"],
  ["application/json", "json"],
  ["application/health+json", "health+json"],
  ["Application/Health+JSON", "health+json"],
  ["application/health+json, application/json", "health+json"],
  ["application/health+json;q=0.5, application/json", "json"],
  ["application/health+json;q=0, application/json;q=0.1", "json"],
  ["text/plain", "text"],
  ["text/*", "text"],
  ["text/plain, */*", "text"],
  ["text/plain;q=0.5, */*;q=0.1", "text"],
  ["text/plain;q=0.5, */*", "json"],
  ["text/plain;q=0.5, application/json;q=0.4", "text"],
  ["application/json, text/plain, */*", "json"],
  ["text/plain;q=0", "json"],
  ["text/plain;q=nonsense", "json"],
  ["text/plain;q=1", "text"],
  ["text/plain;q=2, application/json;q=0.5", "json"],
  ["application/*, text/plain;q=0.5", "json"],
  ["application/health+json;q=0.5, application/*", "json"],
  ["application/health+json;q=0.5, text/plain", "text"],
  ["text/plain, application/health+json", "health+json"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"],
  ["image/png", "json"],
  [";;;,,,q=1", "json"],
])("Accept %j is answered in %s", (accept, media) => {
  expect(negotiateMedia(accept)).toBe(media);
});
