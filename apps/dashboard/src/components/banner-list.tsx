import type { Banner } from "../view/banners.js";
import { Shape } from "./mark.js";

/** What keeps the page from knowing better. */
export function BannerList({ list }: { list: readonly Banner[] }) {
  return (
    <div role="alert" class="banners">
      {list.map(({ tone, title, text }) => (
        <p key={title} class={`banner ${tone}`}>
          <Shape tone={tone} />
          <span>
            <strong>{title}.</strong> {text}
          </span>
        </p>
      ))}
    </div>
  );
}
