import { expect, it } from "vitest";
import { atAge, toResponse } from "./to-response.js";

const answer = { statusCode: 200, verdict: "pass", media: "json", ageSeconds: 0 } as const;

it.each([
  ["short ASCII, as text", "a".repeat(2_048), "a".repeat(2_048)],
  ["long ASCII, as its bytes", "a".repeat(2_049), Buffer.from("a".repeat(2_049))],
  ["anything else, as its bytes", '{"version":"zwölf"}', Buffer.from('{"version":"zwölf"}')],
])("has a body of %s, and its size in bytes", (_what, json, body) => {
  const response = toResponse({ ...answer, json });
  expect(response.body).toEqual(body);
  const sized = ["Content-Length", String(Buffer.byteLength(json))];
  expect(response.headers).toEqual(expect.arrayContaining(sized));
  expect(atAge(response, { ...answer, json, ageSeconds: 5 }).headers).toEqual(
    expect.arrayContaining([...sized, "X-Health-Age", "5"]),
  );
});
