import type { Address } from "../view/address.js";
import type { Acts } from "./page.js";

/** Follows a link within the page without loading it again; with a key held, or without script, it is a plain link. */
export function follow(acts: Acts | null, address: Partial<Address>): ((event: MouseEvent) => void) | undefined {
  if (acts === null) return undefined;
  return (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button > 0) return;
    event.preventDefault();
    acts.show(address);
  };
}
