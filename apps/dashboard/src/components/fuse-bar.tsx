import type { Fuse } from "../view/fuse.js";

/** The time that is left to a result, as a bar that burns down. */
export function FuseBar({ fuse }: { fuse: Fuse | null }) {
  if (fuse === null) return <span class="faint">–</span>;
  return (
    <span class="fuse">
      <svg viewBox="0 0 60 4" aria-hidden="true" preserveAspectRatio="none">
        <rect class="track" width="60" height="4" />
        <rect class={fuse.left > fuse.lateAt ? "left" : "left late"} width={60 * fuse.left} height="4" />
      </svg>
      {fuse.words}
    </span>
  );
}
