import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** @typedef {string | number | null | Error} Scalar */
/** @typedef {Scalar | Scalar[]} Reply a list's own lists are beyond what is asked here */

/**
 * Sends a few commands over one short connection and gives their replies in order; an error reply is an Error in the
 * list. Before anything is installed there is no client library, and this much is enough to know a server.
 *
 * @param {string} url redis://, rediss:// or a socket path (`unix://…`, `/…`)
 * @param {readonly (readonly string[])[]} commands
 * @param {{ timeoutMs?: number }} [options] for everything together; 2000 unless told
 * @returns {Promise<Reply[]>} rejects when no connection or no complete answer comes in time, or the login is refused
 */
export function askRedis(url, commands, { timeoutMs = 2000 } = {}) {
  const { socket, login } = open(url);
  const all = [...login, ...commands];
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => finish(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    /** @param {Error | Reply[]} result */
    function finish(result) {
      clearTimeout(timer);
      socket.destroy();
      if (result instanceof Error) reject(result);
      else resolve(result);
    }
    socket.on("error", finish);
    socket.on("close", () => finish(new Error("the server closed the connection")));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const replies = attempt(() => parseReplies(received, all.length));
      if (replies === undefined) return;
      if (replies instanceof Error) return finish(replies);
      const refused = replies.slice(0, login.length).find((reply) => reply instanceof Error);
      finish(refused instanceof Error ? refused : replies.slice(login.length));
    });
    socket.write(all.map(encode).join(""));
  });
}

/**
 * What speaks another protocol must be a rejection here, not an uncaught exception of the event handler.
 *
 * @template T
 * @param {() => T} parse
 */
function attempt(parse) {
  try {
    return parse();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** @param {string} url */
function open(url) {
  if (url.startsWith("/") || url.startsWith("unix:")) {
    return { socket: connect(url.replace(/^unix:(\/\/)?/, "")), login: [] };
  }
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const target = { host: hostname.replace(/^\[|\]$/g, "") || "127.0.0.1", port: Number(port) || 6379 };
  const socket = protocol === "rediss:" ? connectTls({ ...target, servername: target.host }) : connect(target);
  const credentials = [username, password].filter((part) => part !== "").map(decodeURIComponent);
  const database = pathname.slice(1);
  return {
    socket,
    login: [...(password ? [["AUTH", ...credentials]] : []), ...(database ? [["SELECT", database]] : [])],
  };
}

/** @param {readonly string[]} command */
function encode(command) {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}

/**
 * @param {Buffer} buffer
 * @param {number} count
 * @returns {Reply[] | undefined} undefined while something is still to come
 */
function parseReplies(buffer, count) {
  const replies = [];
  let offset = 0;
  while (replies.length < count) {
    const parsed = parseReply(buffer, offset);
    if (parsed === undefined) return undefined;
    replies.push(parsed.reply);
    offset = parsed.end;
  }
  return replies;
}

/**
 * RESP2, as every server speaks it before a HELLO.
 *
 * @param {Buffer} buffer
 * @param {number} offset
 * @returns {{ reply: Reply, end: number } | undefined} undefined while something is still to come
 */
function parseReply(buffer, offset) {
  const lineEnd = buffer.indexOf("\r\n", offset);
  if (lineEnd === -1) return undefined;
  const kind = String.fromCharCode(buffer[offset] ?? 0);
  const text = buffer.toString("utf8", offset + 1, lineEnd);
  const end = lineEnd + 2;
  if (kind === "+") return { reply: text, end };
  if (kind === "-") return { reply: new Error(text), end };
  if (kind === ":") return { reply: Number(text), end };
  if (Number(text) === -1) return { reply: null, end };
  if (kind === "$") return parseBulk(buffer, end, Number(text));
  if (kind === "*") return parseList(buffer, end, Number(text));
  throw new Error(`not a Redis answer: ${JSON.stringify(kind + text).slice(0, 60)}`);
}

/** @param {Buffer} buffer @param {number} start @param {number} length */
function parseBulk(buffer, start, length) {
  if (buffer.length < start + length + 2) return undefined;
  return { reply: buffer.toString("utf8", start, start + length), end: start + length + 2 };
}

/** @param {Buffer} buffer @param {number} start @param {number} length */
function parseList(buffer, start, length) {
  /** @type {Scalar[]} */
  const reply = [];
  let end = start;
  while (reply.length < length) {
    const item = parseReply(buffer, end);
    if (item === undefined) return undefined;
    if (Array.isArray(item.reply)) throw new Error("not an answer that is understood here: a list in a list");
    reply.push(item.reply);
    end = item.end;
  }
  return { reply, end };
}
