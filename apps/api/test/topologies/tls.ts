import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfSignedCertificate } from "../../../../packages/checks/test/self-signed-certificate.ts";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import {
  type RedisServer,
  type RedisServerOptions,
  startRedisServer,
} from "../../../../scripts/testing/redis-server.ts";

/** A private authority and the certificate of its servers in one, for the name `localhost`. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Makes them in a directory. */
export function writeTlsFiles(directory: string): TlsFiles {
  mkdirSync(directory, { recursive: true });
  const files = { cert: join(directory, "cert.pem"), key: join(directory, "key.pem") };
  const { cert, key } = selfSignedCertificate();
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  return files;
}

/** The lines of a server's configuration that make it speak TLS on `port`, to its clients and to other servers. */
export function tlsDirectives(port: number, { cert, key }: TlsFiles): readonly (readonly [string, string])[] {
  return [
    ...([
      ["tls-port", String(port)],
      ["tls-auth-clients", "no"],
      ["tls-replication", "yes"],
    ] as const),
    ...([
      ["tls-cert-file", cert],
      ["tls-key-file", key],
      ["tls-ca-cert-file", cert],
    ] as const),
  ];
}

/** A server, and the port on which the apps and the other servers speak to it; on that of the server itself the test does. */
export interface Member {
  readonly server: RedisServer;
  readonly port: number;
}

/** Starts one that speaks TLS, if there are files for it. */
export async function startMember(tls: TlsFiles | null, options: RedisServerOptions): Promise<Member> {
  if (tls === null) {
    const server = await startRedisServer(options);
    return { server, port: server.port };
  }
  const port = await freePort();
  const args = tlsDirectives(port, tls).flatMap(([name, value]) => [`--${name}`, value]);
  return { server: await startRedisServer({ ...options, args: [...args, ...(options.args ?? [])] }), port };
}

/** The scheme and host by which the apps reach them, and the authority they are told of. */
export function reachedBy(tls: TlsFiles | null): { scheme: string; host: string; env: Record<string, string> } {
  if (tls === null) return { scheme: "redis", host: "127.0.0.1", env: {} };
  return { scheme: "rediss", host: "localhost", env: { REDIS_TLS_CA: tls.cert } };
}
