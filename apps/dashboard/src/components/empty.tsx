import type { ComponentChildren } from "preact";

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <p class="empty">
      <strong>{title}</strong> {children}
    </p>
  );
}
