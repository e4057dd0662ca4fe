/** Which directory this is, not what it is called: device and inode, as decimal text since both can exceed 2^53. */
export interface DirectoryIdentity {
  readonly dev: string;
  readonly ino: string;
}

/** A session's directory and the SHA-256 of its marker, in hex. */
export interface Identity extends DirectoryIdentity {
  readonly markerDigest: string;
}

/** A root's path and which directory stood there. */
export interface RootIdentity extends DirectoryIdentity {
  readonly path: string;
}

/** Reads the identity off a `bigint` stat. */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): DirectoryIdentity {
  return { dev: String(dev), ino: String(ino) };
}

/** Whether both are the same directory. */
export function isSameDirectory(one: DirectoryIdentity, other: DirectoryIdentity): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
