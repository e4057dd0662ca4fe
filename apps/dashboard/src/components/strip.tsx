import { STRIP_HEIGHT, type StripView } from "../view/strip-view.js";

/** The worst states of a length of time, as bars. */
export function StripBars({ view }: { view: StripView }) {
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${view.width} ${STRIP_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={view.words}
    >
      <title>{view.words}</title>
      {view.paths.map(({ kind, d }) => (
        <path key={kind} class={kind} d={d} />
      ))}
    </svg>
  );
}
