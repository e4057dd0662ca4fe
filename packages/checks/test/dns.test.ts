import { afterEach, describe, expect, it } from "vitest";
import { type DnsOptions, dns } from "../src/dns.js";
import { type DnsAnswer, type DnsStub, startDnsStub } from "./dns-stub.ts";
import { runAlone } from "./run-alone.ts";

const signal = new AbortController().signal;
const stubs: DnsStub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

const ANSWERS: Readonly<Record<string, DnsAnswer>> = {
  two: { addresses: ["192.0.2.1", "192.0.2.2"] },
  empty: { addresses: [] },
  missing: { rcode: 3 },
  broken: { rcode: 2 },
  forbidden: { rcode: 5 },
  garbage: "garbage",
  silent: "nothing",
};

async function stub(answer = (label: string, _query: number) => ANSWERS[label] ?? "nothing"): Promise<DnsStub> {
  const started = await startDnsStub(answer);
  stubs.push(started);
  return started;
}

async function run(hostname: string, options: DnsOptions = {}) {
  const { address } = await stub();
  return dns(hostname, { servers: [address], timeout: "2s", ...options }).run({ signal });
}

describe("dns", () => {
  it("passes for a name with records, and counts them", async () => {
    expect(await run("two.caretaker.test")).toEqual({
      status: "pass",
      code: "ok",
      measures: { latencyMs: { value: expect.any(Number), unit: "ms" }, records: { value: 2, unit: "" } },
    });
  });

  it.each(["missing", "empty", "broken", "forbidden"])("says dns for a name whose answer is %s", async (label) => {
    expect(await run(`${label}.caretaker.test`)).toMatchObject({ status: "fail", code: "dns" });
  });

  it("says dns for a name without records of the type asked for", async () => {
    const { address } = await stub(() => ({ addresses: [] }));
    const check = dns("two.caretaker.test", { servers: [address], type: "MX" });
    expect(await check.run({ signal })).toMatchObject({ status: "fail", code: "dns" });
  });

  it("says timeout by itself, before the run is ended, for an answer that is silent", async () => {
    const startedMs = performance.now();
    const result = await run("silent.caretaker.test", { timeout: "1500ms", every: "3s" });
    expect(result).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  it("fails for an answer that is garbage", async () => {
    const result = await run("garbage.caretaker.test", { timeout: "1500ms", every: "3s" });
    expect(result?.status).toBe("fail");
    expect(["dns", "timeout"]).toContain(result?.code);
  });

  it("asks again when a datagram is lost", async () => {
    const { address, queries } = await stub((_label, query) =>
      query === 1 ? "nothing" : { addresses: ["192.0.2.1"] },
    );
    const check = dns("two.caretaker.test", { servers: [address], every: "2s", timeout: "1s" });
    expect(await check.run({ signal })).toMatchObject({ status: "pass" });
    expect(queries()).toBe(2);
  });

  it("asks the next server when one is silent", async () => {
    const servers = [(await stub(() => "nothing")).address, (await stub()).address];
    const check = dns("two.caretaker.test", { servers, every: "4s", timeout: "2s" });
    expect(await check.run({ signal })).toMatchObject({ status: "pass" });
  });

  it("says refused where no name server listens", async () => {
    const gone = await startDnsStub(() => "nothing");
    await gone.close();
    const result = await dns("two.caretaker.test", { servers: [gone.address], timeout: "1s", every: "2s" }).run({
      signal,
    });
    expect(result).toMatchObject({ status: "fail", code: "refused" });
  });

  it("ends at once when it is aborted", async () => {
    const { address } = await stub();
    const startedMs = performance.now();
    const check = dns("silent.caretaker.test", { servers: [address] });
    expect(await check.run({ signal: AbortSignal.timeout(50) })).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(300);
  });

  it("asks no more once it is aborted", async () => {
    const { address, queries } = await stub(() => "nothing");
    const check = dns("silent.caretaker.test", { servers: [address], timeout: "1500ms", every: "3s" });
    await check.run({ signal: AbortSignal.timeout(50) });
    expect(queries()).toBe(1);
    // By the time this run has asked twice, the one before would have too.
    expect(await check.run({ signal })).toMatchObject({ code: "timeout" });
    expect(queries()).toBe(1 + 2);
  });

  it("does not keep a process alive that has nothing left to do", async () => {
    const { address } = await stub();
    expect(await runAlone("dns", "two.caretaker.test", { servers: [address] })).toMatchObject({ code: "ok" });
  });
});
