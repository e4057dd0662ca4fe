import { element } from "./element.js";

/** Something, followed by its badges. */
export function badges(first: Node | string, ...words: readonly string[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(first, ...words.flatMap((word) => [" ", element("span", { className: "badge" }, word)]));
  return fragment;
}
