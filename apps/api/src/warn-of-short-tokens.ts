interface WarnLog {
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

// 16 random characters are out of reach of guessing at the rate the API allows.
const MIN_LENGTH = 16;

/** Warns of tokens that could be guessed; the token itself is not told. */
export function warnOfShortTokens(
  { statusToken, adminToken }: { statusToken: string | null; adminToken: string | null },
  log: WarnLog,
): void {
  const tokens = { STATUS_TOKEN: statusToken, ADMIN_TOKEN: adminToken };
  for (const [setting, token] of Object.entries(tokens)) {
    if (token !== null && token.length < MIN_LENGTH)
      log.warn("token is easy to guess", { setting, recommended: MIN_LENGTH });
  }
}
