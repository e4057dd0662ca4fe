import { connect, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { CODES, codeOfError, isCode, isDeterministic } from "./codes.js";

function withCode(code: unknown, options?: ErrorOptions): Error {
  return Object.assign(new Error("secret in the message", options), { code });
}

describe("the codes", () => {
  it("are the closed set of health.md §10", () => {
    expect([...CODES].join(", ")).toBe(
      "ok, threshold, timeout, refused, unreachable, dns, tls, bad_status, bad_body, not_found, permission, not_configured, unauthorized, locked, corrupt, exit_code, crashed, aborted, stale, no_data, starting, draining, guarded, internal",
    );
  });

  it.each(["OK", "", "constructor", "__proto__", null, undefined, 1, {}, ["ok"]])("do not hold %j", (value) => {
    expect(isCode(value)).toBe(false);
  });

  it("hold three that retrying cannot heal", () => {
    expect(CODES.filter(isDeterministic)).toEqual(["not_found", "permission", "not_configured"]);
  });
});

describe("codeOfError", () => {
  it.each([
    ["ECONNREFUSED", "refused"],
    ["ECONNRESET", "unreachable"],
    ["EPIPE", "unreachable"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["EHOSTDOWN", "unreachable"],
    ["ETIMEDOUT", "timeout"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
    ["UND_ERR_HEADERS_TIMEOUT", "timeout"],
    ["UND_ERR_BODY_TIMEOUT", "timeout"],
    ["UND_ERR_SOCKET", "unreachable"],
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["EAI_FAIL", "dns"],
    ["ENOENT", "not_found"],
    ["ENOTDIR", "not_found"],
    ["EACCES", "permission"],
    ["EPERM", "permission"],
    ["EROFS", "permission"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
    ["UNABLE_TO_GET_ISSUER_CERT", "tls"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["CERT_NOT_YET_VALID", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["SQLITE_BUSY", "locked"],
    ["SQLITE_LOCKED", "locked"],
    ["SQLITE_CORRUPT", "corrupt"],
    ["SQLITE_NOTADB", "corrupt"],
    ["SQLITE_CANTOPEN", "not_found"],
    ["SQLITE_READONLY", "permission"],
    ["EWHATEVER", "crashed"],
    [42, "crashed"],
    ["", "crashed"],
  ])("reads %j as %s", (code, expected) => {
    expect(codeOfError(withCode(code))).toBe(expected);
  });

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("is not fooled by the code %j", (code) => {
    expect(codeOfError(withCode(code))).toBe("crashed");
  });

  it.each([undefined, null, "ECONNREFUSED", 7, Symbol("x"), Object.assign(() => 1, { code: "ENOENT" }), {}, []])(
    "takes what is no error for a crash",
    (thrown) => {
      expect(codeOfError(thrown)).toBe("crashed");
    },
  );

  it("tells an abort and a timeout by name", () => {
    expect(codeOfError(new DOMException("", "AbortError"))).toBe("aborted");
    expect(codeOfError(new DOMException("", "TimeoutError"))).toBe("timeout");
  });

  it("looks down the cause chain, and the outermost known code wins", () => {
    const fetchFailed = new TypeError("fetch failed", { cause: withCode("ENOTFOUND") });
    expect(codeOfError(new Error("outer", { cause: fetchFailed }))).toBe("dns");
    expect(codeOfError(withCode("ECONNREFUSED", { cause: withCode("ENOENT") }))).toBe("refused");
  });

  it.each([
    [5, "refused"],
    [6, "crashed"],
  ])("looks at the first five of a chain: %d deep is %s", (depth, expected) => {
    let error = withCode("ECONNREFUSED");
    for (let level = 1; level < depth; level += 1) error = new Error("outer", { cause: error });
    expect(codeOfError(error)).toBe(expected);
  });

  it("takes a list of errors for one only where it is a list", () => {
    expect(codeOfError({ errors: { 0: withCode("ENOENT") } })).toBe("crashed");
  });

  it("ends on a chain that bites its own tail", () => {
    const error: Error & { cause?: unknown } = new Error("loop");
    error.cause = error;
    expect(codeOfError(error)).toBe("crashed");
  });

  it("looks into an AggregateError, with and without a code of its own", () => {
    const errors = [withCode("ECONNREFUSED"), withCode("ENETUNREACH")];
    expect(codeOfError(Object.assign(new AggregateError(errors), { code: "ECONNREFUSED" }))).toBe("refused");
    expect(codeOfError(new AggregateError(errors))).toBe("refused");
    expect(codeOfError(new AggregateError([]))).toBe("crashed");
    expect(codeOfError(new TypeError("fetch failed", { cause: new AggregateError(errors) }))).toBe("refused");
  });

  it("reads what Node itself throws when every address of a name refuses", async () => {
    const port = await closedPort();
    const lookup = (
      _host: string,
      _options: unknown,
      done: (e: null, found: { address: string; family: number }[]) => void,
    ) =>
      done(null, [
        { address: "127.0.0.1", family: 4 },
        { address: "127.0.0.2", family: 4 },
      ]);
    const error = await new Promise((resolve) => {
      connect({ host: "two-addresses.test", port, autoSelectFamily: true, lookup: lookup as never }).on(
        "error",
        resolve,
      );
    });
    expect(error).toBeInstanceOf(AggregateError);
    expect(codeOfError(error)).toBe("refused");
  });

  it("is a crash for an error whose properties throw when read", () => {
    const hostile = {
      get code(): string {
        throw new Error("no");
      },
    };
    expect(codeOfError(hostile)).toBe("crashed");
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 1;
}
