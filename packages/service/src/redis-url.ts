import type { Reader } from "./setting.js";

/**
 * Where Redis is: `redis://` or `rediss://`, or a Unix socket as `unix:/path` or `/path`, which is read as `/path`
 * because ioredis takes `unix:/path` for a host named unix. Everything before an `@` is secret.
 */
export function redisUrl(): Reader<string> {
  return {
    allowed: "redis://[user:password@]host[:port][/db], rediss://…, unix:/path or /path",
    read: (text) => socketPath(text) ?? serverUrl(text),
    mask,
    secretsIn,
  };
}

function socketPath(text: string): string | undefined {
  return /^(?:unix:(?:\/\/)?)?(\/[^\s?#@]+(?:\?db=\d{1,4})?)$/.exec(text)?.[1];
}

function serverUrl(text: string): string | undefined {
  const url = parse(text);
  if (url === null || url.hostname === "" || !/^\/?$|^\/\d{1,4}$/.test(url.pathname)) return undefined;
  return url.protocol === "redis:" || url.protocol === "rediss:" ? text : undefined;
}

/** Greedy and not clever: in a text that is no URL, nobody knows where the password ends. */
function mask(text: string): string {
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0] ?? "";
  return text.replace(/^[\s\S]*@/, `${scheme}***@`).replace(/\?[\s\S]*$/, "?***");
}

function secretsIn(text: string): readonly string[] {
  const url = parse(text);
  if (url === null) return [];
  const found = [url.password, decodeURIComponent(url.password), url.searchParams.get("password") ?? ""];
  return [...new Set(found.filter((secret) => secret !== ""))];
}

function parse(text: string): URL | null {
  // ioredis decodes user and password, and throws late and unclearly where they cannot be decoded.
  if (!/^(?:[^\s%]|%[0-9a-f]{2})+$/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text);
}
