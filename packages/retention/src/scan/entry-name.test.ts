import { describe, expect, it } from "vitest";
import { decodeName, entryPath } from "./entry-name.js";

describe("decodeName", () => {
  it.each(["call_20240101_103000", "ä b\n", "\u{feff}a", ""])("reads %j as it is", (name) => {
    expect(decodeName(Buffer.from(name))).toEqual({ text: name, display: name });
  });

  it("shows the bytes of what is no UTF-8, and all that does not print", () => {
    const rawName = Buffer.from([0xff, 0x20, 0x1f, 0x0a, 0x7e, 0x7f, 0x41, 0xe9]);
    expect(decodeName(rawName)).toEqual({ text: null, display: "\\xff \\x1f\\x0a~\\x7fA\\xe9" });
  });
});

describe("entryPath", () => {
  it("keeps every byte of the name", () => {
    const rawName = Buffer.from([0xff, 0x0a]);
    expect(entryPath("/srv/ä", rawName)).toEqual(Buffer.concat([Buffer.from("/srv/ä/"), rawName]));
  });
});
