import { SPARKLINE_BOX, sparkline } from "../view/sparkline.js";

/** How long the last runs took. */
export function Spark({ durationsMs }: { durationsMs: readonly number[] }) {
  const line = sparkline(durationsMs);
  if (line === null) return null;
  const { width, height } = SPARKLINE_BOX;
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={line.words}>
      <title>{line.words}</title>
      <polyline points={line.points} />
      <circle cx={line.last.x} cy={line.last.y} r="1.8" />
    </svg>
  );
}
