import { banners } from "../view/banners.js";
import { headline } from "../view/headline.js";
import { BannerList } from "./banner-list.js";
import { Checks } from "./checks.js";
import { Masthead } from "./masthead.js";
import type { Acts, Page } from "./page.js";
import { QuestionDialog } from "./question-dialog.js";
import { Queues } from "./queues.js";
import { Targets } from "./targets.js";
import { Timeline } from "./timeline.js";
import { Unlock } from "./unlock.js";
import { Workers } from "./workers.js";

/** The whole page, a function of what is known. */
export function App({ page, acts }: { page: Page; acts: Acts | null }) {
  return (
    <>
      <Masthead page={page} line={headline(page)} acts={acts} />
      <main>
        <BannerList list={banners(page)} />
        <p class={`notice ${page.notice?.tone ?? ""}`} role="status">
          {page.notice?.text}
        </p>
        {page.connection === "locked" ? (
          <Unlock acts={acts} trouble={page.trouble} />
        ) : (
          <>
            <Checks page={page} acts={acts} />
            <Targets page={page} acts={acts} />
            <div class="columns halves">
              <Timeline page={page} acts={acts} />
              <div>
                <Queues page={page} />
                <Workers page={page} />
              </div>
            </div>
          </>
        )}
      </main>
      {!page.address.kiosk && <Footer />}
      <QuestionDialog page={page} acts={acts} />
    </>
  );
}

function Footer() {
  return (
    <footer class="faint">
      Everything here as data: <a href="status">status</a> · <a href="status/history">history</a> ·{" "}
      <a href="health/ready">readiness</a> · for a wall: <a href="?kiosk=1">kiosk</a>
    </footer>
  );
}
