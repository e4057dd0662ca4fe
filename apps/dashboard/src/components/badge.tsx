import type { ComponentChildren } from "preact";

/** A remark beside something. */
export function Badge({ children }: { children: ComponentChildren }) {
  return <span class="badge">{children}</span>;
}
