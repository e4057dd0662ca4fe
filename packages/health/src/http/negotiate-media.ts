/** The forms an answer comes in. */
export type Media = "health+json" | "json" | "text";

/**
 * The form an `Accept` header asks for: health+json only where it is named, one word of text only where that is
 * preferred, plain JSON for everything else. Never "not acceptable": a probe must get its status (health.md §8).
 */
export function negotiateMedia(accept: string | readonly string[] | undefined): Media {
  // Nearly every prober sends one of these two; the rest of this file is for the others.
  if (accept === undefined || accept === "*/*") return "json";
  const quality = qualities(String(accept).toLowerCase());
  const health = quality("application/health+json");
  const json = quality("application/json", "application/*");
  const text = quality("text/plain", "text/*");
  const anything = quality("*/*");
  if (health > 0 && health >= json && health >= text) return "health+json";
  // "text/plain, */*" names text only, so at equal quality it prefers text; "application/json, text/plain" does not.
  return text > json && text >= anything && text > 0 ? "text" : "json";
}

function qualities(accept: string): (...types: string[]) => number {
  const ranges = accept.split(",").map((range) => range.split(";").map((part) => part.trim()));
  return (...types) => {
    const named = types.map((type) => ranges.find(([name]) => name === type)).find((range) => range !== undefined);
    return named === undefined ? 0 : qualityOf(named);
  };
}

function qualityOf(range: readonly string[]): number {
  const parameter = range.find((part) => part.startsWith("q="));
  if (parameter === undefined) return 1;
  const quality = Number(parameter.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
