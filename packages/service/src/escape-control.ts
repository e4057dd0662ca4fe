/**
 * A text that cannot move the cursor, start a line or hide what follows: control and format characters, and the
 * Unicode line ends, are written as `\uXXXX`.
 */
export function escapeControl(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => [...units(character)].join(""));
}

function* units(character: string): Generator<string> {
  for (let index = 0; index < character.length; index += 1) {
    yield `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
}
