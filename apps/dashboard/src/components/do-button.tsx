import type { ComponentChildren } from "preact";
import type { Acts, Deed, Page } from "./page.js";

interface DoButtonProps {
  readonly page: Page;
  readonly acts: Acts | null;
  readonly deed: Deed;
  readonly children: ComponentChildren;
}

/** Asks for a deed. Where doing is off it can be pressed all the same, and then tells how to turn it on. */
export function DoButton({ page, acts, deed, children }: DoButtonProps) {
  const isOff = !page.doingIsOn;
  return (
    <button
      type="button"
      class="do"
      disabled={acts === null}
      aria-disabled={isOff}
      title={isOff ? "Off: set ADMIN_TOKEN on the API to turn it on" : undefined}
      onClick={() => acts?.ask(deed)}
    >
      {children}
    </button>
  );
}
