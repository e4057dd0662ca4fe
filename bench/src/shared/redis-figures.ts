import type { Redis } from "ioredis";

/** What a Redis has done so far. Commands count those inside scripts. */
export interface RedisFigures {
  readonly commands: number;
  readonly cpuMs: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

/** Asks a Redis; the question itself is one command. */
export async function redisFigures(client: Redis): Promise<RedisFigures> {
  const info = await client.info();
  const read = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return {
    commands: read("total_commands_processed"),
    cpuMs: (read("used_cpu_sys") + read("used_cpu_user")) * 1_000,
    inBytes: read("total_net_input_bytes"),
    outBytes: read("total_net_output_bytes"),
  };
}

/** What it did between two questions, per second. */
export function perSecond(before: RedisFigures, after: RedisFigures, seconds: number): RedisFigures {
  return {
    commands: (after.commands - before.commands) / seconds,
    cpuMs: (after.cpuMs - before.cpuMs) / seconds,
    inBytes: (after.inBytes - before.inBytes) / seconds,
    outBytes: (after.outBytes - before.outBytes) / seconds,
  };
}
