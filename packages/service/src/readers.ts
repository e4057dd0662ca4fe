import { InvalidUnitError, parseDuration, parseSize } from "@caretaker/units";
import type { Reader } from "./setting.js";

const LONGEST_TIMER_MS = parseDuration("24d");

/** A whole number, both ends included. */
export function integer(min: number, max: number): Reader<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    read: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** A TCP port; 0 asks the system for a free one. */
export function port(): Reader<number> {
  return integer(0, 65_535);
}

/** A duration with its unit, as milliseconds; at most 24 days, since a longer timer of Node fires at once. */
export function duration(): Reader<number> {
  const read = unit(parseDuration);
  return {
    allowed: "a whole number and ms, s, m, h or d, such as 30s, at most 24d",
    read: (text) => ((read(text) ?? Number.POSITIVE_INFINITY) <= LONGEST_TIMER_MS ? read(text) : undefined),
  };
}

/** A duration with its unit, or `0s` for none, as milliseconds. */
export function durationOrZero(): Reader<number> {
  const positive = duration();
  return { allowed: `0s, or ${positive.allowed}`, read: (text) => (text === "0s" ? 0 : positive.read(text)) };
}

/** A percentage from `1%` to `99%`, as a share of 1. */
export function percent(): Reader<number> {
  return {
    allowed: "a whole percentage from 1% to 99%, such as 50%",
    read: (text) => (/^[1-9]\d?%$/.test(text) ? Number.parseInt(text, 10) / 100 : undefined),
  };
}

/** A size with its unit, as bytes. */
export function size(): Reader<number> {
  return { allowed: "a whole number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 5GiB", read: unit(parseSize) };
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return { allowed: words.join(", "), read: (text) => words.find((word) => word === text) };
}

/** A switch: `true` or `false`, `1` or `0`. */
export function flag(): Reader<boolean> {
  const words: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };
  return { allowed: "true, false, 1, 0", read: (text) => (Object.hasOwn(words, text) ? words[text] : undefined) };
}

/** Text the pattern matches from end to end; `allowed` says the pattern in words. */
export function text(pattern: RegExp, allowed: string): Reader<string> {
  const whole = new RegExp(`^(?:${pattern.source})$(?![\\s\\S])`, pattern.flags.replace(/[gmy]/g, ""));
  return { allowed, read: (value) => (whole.test(value) ? value : undefined) };
}

/** A path of a file or directory, relative ones from where the process was started; it need not exist. */
export function path(): Reader<string> {
  return { allowed: "a path", read: (value) => (value.includes("\0") || value.trim() === "" ? undefined : value) };
}

/** A host and its port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Hosts with their ports, separated by commas. */
export function hostsAndPorts(): Reader<readonly HostAndPort[]> {
  const one = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]{1,253})):(\d{1,5})$/;
  const read = (text: string) => {
    const [, address, name, port] = one.exec(text.trim()) ?? [];
    const host = address ?? name;
    const number = Number(port);
    return host !== undefined && number > 0 && number <= 65_535 ? { host, port: number } : undefined;
  };
  return {
    allowed: "host:port[,host:port…]",
    read: (text) => {
      const all = text.split(",").map(read);
      return all.every((node) => node !== undefined) ? all : undefined;
    },
  };
}

/** An address to post to, `http://` or `https://`, without a user: secret as a whole, since chat tools put theirs in the path. */
export function webhookUrl(): Reader<string> {
  return {
    allowed: "an http:// or https:// URL without user, password and fragment",
    read: (text) => (isWebhook(text) ? text : undefined),
    secretsIn: (text) => [text, ...(URL.canParse(text) ? new URL(text).pathname.split("/").filter(isLong) : [])],
  };
}

function isWebhook(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && username + password + hash === "";
}

// A word of a path, such as `services`, is no secret, and would be masked wherever a log line has it.
function isLong(part: string): boolean {
  return part.length >= 16;
}

/** A secret of at least so many characters, without spaces or control characters: it has to fit in a header. */
export function secret(minLength = 1): Reader<string> {
  const allowed = `${minLength} or more letters, digits and ASCII punctuation, without spaces`;
  return { ...text(new RegExp(`[\\x21-\\x7e]{${minLength},}`), allowed), secretsIn: (value) => [value] };
}

function unit(parse: (text: string) => number): (text: string) => number | undefined {
  return (value) => {
    try {
      return parse(value);
    } catch (error) {
      if (error instanceof InvalidUnitError) return undefined;
      throw error;
    }
  };
}
