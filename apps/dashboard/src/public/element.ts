/** What an element is given besides its children. */
export interface ElementOptions {
  readonly className?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A new element. Text becomes a text node, never markup, so nothing that was fetched can run. */
export function element(
  tag: keyof HTMLElementTagNameMap,
  { className, attributes = {} }: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const node = document.createElement(tag);
  if (className !== undefined) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
