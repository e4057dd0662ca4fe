import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";

/** How the stub treats a name, by its first label. */
export type DnsAnswer = { readonly rcode: number } | { readonly addresses: readonly string[] } | "nothing" | "garbage";

/** A name server on loopback that a test scripts. */
export interface DnsStub {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** How many queries it was asked. */
  queries(): number;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const RESPONSE_RECURSION = 0x8180;
const POINTER_TO_QUESTION = 0xc00c;

/** Answers A queries as told: given the first label of the name and the number of the query, from 1 on. */
export async function startDnsStub(answer: (label: string, query: number) => DnsAnswer): Promise<DnsStub> {
  const socket = createSocket("udp4");
  let queries = 0;
  socket.on("message", (message, { port, address }) => {
    queries += 1;
    const reply = encode(message, answer(firstLabel(message), queries));
    if (reply !== null) socket.send(reply, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    queries: () => queries,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function firstLabel(message: Buffer): string {
  const length = message[HEADER_BYTES] ?? 0;
  return message.toString("latin1", HEADER_BYTES + 1, HEADER_BYTES + 1 + length);
}

function encode(query: Buffer, answer: DnsAnswer): Buffer | null {
  if (answer === "nothing") return null;
  if (answer === "garbage") return Buffer.concat([query.subarray(0, 2), Buffer.alloc(40, 0xff)]);
  const question = query.subarray(HEADER_BYTES, query.indexOf(0, HEADER_BYTES) + 5);
  const records = "addresses" in answer ? answer.addresses.map(recordOf) : [];
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(RESPONSE_RECURSION | ("rcode" in answer ? answer.rcode : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

function recordOf(address: string): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(POINTER_TO_QUESTION, 0);
  record.writeUInt16BE(1, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(4, 10);
  Buffer.from(address.split(".").map(Number)).copy(record, 12);
  return record;
}
