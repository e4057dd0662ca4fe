const MAX_LENGTH = 16_384;
const URL_USER = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]*@/gi;
const ASSIGNED =
  /((?:password|passwd|passphrase|token|secret|api[-_]?key|credential|authori[sz]ation)["']?\s*[=:]\s*["']?)((?:bearer|basic)\s+)?[^\s"'&,;]+/gi;
const COOKIES = /(cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi;
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;
// Hiding every "a" of a line because a test password is "a" would protect nothing and ruin the log.
const SHORTEST_SECRET = 4;

/**
 * A text without secrets: the known ones in any spelling, the user part of URLs, and what is assigned to a
 * secret-looking word. Texts of more than 16 KiB are cut.
 */
export function redactText(text: string, secrets: readonly RegExp[]): string {
  // Known secrets go first, over the whole text: cutting it before could leave half a secret that no longer matches.
  let safe = text;
  for (const secret of secrets) safe = safe.replace(secret, "[redacted]");
  safe = safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}… [${safe.length} characters]` : safe;
  return safe
    .replace(URL_USER, "$1***@")
    .replace(COOKIES, "$1[redacted]")
    .replace(ASSIGNED, "$1[redacted]")
    .replace(BEARER, "$1 [redacted]");
}

/** What {@link redactText} looks for: each secret as it is, percent-encoded, JSON-escaped and in base64. */
export function secretPatterns(secrets: readonly string[]): readonly RegExp[] {
  const spellings = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(spellingsOf);
  // The longest first, so that a secret which contains another is not left with its ends showing.
  const longestFirst = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  return longestFirst.map((spelling) => new RegExp(escaped(spelling), spelling.includes("%") ? "gi" : "g"));
}

function spellingsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(secret).toString("base64url"),
  ];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
