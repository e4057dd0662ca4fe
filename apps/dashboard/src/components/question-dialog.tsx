import type { Acts, Deed, Page } from "./page.js";

/** Asks before anything is done, and for the token where this tab has none. */
export function QuestionDialog({ page, acts }: { page: Page; acts: Acts | null }) {
  const { question, doingIsOn } = page;
  return (
    <dialog
      ref={(dialog) => show(dialog, question !== null)}
      aria-labelledby="question"
      onClose={() => acts?.dismiss()}
    >
      {question !== null && acts !== null && (
        <form
          method="dialog"
          onSubmit={(event) => {
            event.preventDefault();
            acts.answer(new FormData(event.currentTarget));
          }}
        >
          <h2 id="question">{doingIsOn ? TITLES[question.deed.kind] : "Doing is off"}</h2>
          {doingIsOn ? <Asked page={page} deed={question.deed} /> : <Off />}
          {question.problem !== null && (
            <p class="problem" role="alert">
              {question.problem}
            </p>
          )}
          <p class="buttons">
            {doingIsOn && (
              <button
                type="submit"
                class={DANGEROUS.has(question.deed.kind) ? "danger" : "primary"}
                disabled={question.isAsking}
              >
                {VERBS[question.deed.kind]}
              </button>
            )}
            <button type="button" onClick={acts.dismiss}>
              {doingIsOn ? "Cancel" : "Close"}
            </button>
          </p>
        </form>
      )}
    </dialog>
  );
}

function show(dialog: HTMLDialogElement | null, isOpen: boolean): void {
  if (isOpen && dialog?.open === false) dialog.showModal();
  if (!isOpen && dialog?.open === true) dialog.close();
}

const DANGEROUS: ReadonlySet<Deed["kind"]> = new Set(["cleanup", "confirm"]);

const TITLES: Readonly<Record<Deed["kind"], string>> = {
  cleanup: "Run the cleanup?",
  "dry-run": "Run a dry run?",
  confirm: "Confirm the refused plan?",
  restore: "Restore a session?",
  check: "Run the check now?",
};

const VERBS: Readonly<Record<Deed["kind"], string>> = {
  cleanup: "Run cleanup",
  "dry-run": "Dry run",
  confirm: "Confirm and delete",
  restore: "Restore",
  check: "Run now",
};

function Asked({ page, deed }: { page: Page; deed: Deed }) {
  return (
    <>
      <p>{sentenceOf(deed)}</p>
      {deed.kind === "restore" && (
        <label>
          Session
          <input name="session" required autocomplete="off" spellcheck={false} placeholder="call_20240101_103000" />
        </label>
      )}
      {!page.holdsToken && (
        <label>
          ADMIN_TOKEN
          <input name="token" type="password" required autocomplete="off" />
          <span class="faint">Kept in this tab only, until it is closed.</span>
        </label>
      )}
    </>
  );
}

function sentenceOf(deed: Deed): string {
  switch (deed.kind) {
    case "cleanup":
      return `Sessions of ${deed.target} that the policy no longer keeps are deleted. The guards still hold.`;
    case "dry-run":
      return `A run of ${deed.target} that plans and reports, and deletes nothing.`;
    case "confirm":
      return `The plan ${deed.planId.slice(0, 12)} of ${deed.target} deletes ${deed.candidates} sessions, although guards have refused it.`;
    case "restore":
      return `A session of ${deed.target} comes back from the trash, and no run takes it for 7 days.`;
    case "check":
      return `${deed.check} runs${deed.host === null ? "" : ` on ${deed.host}`} as soon as a worker hears of it, and counts like any other run.`;
  }
}

function Off() {
  return (
    <p>
      Nothing can be done from here, since the API has no <code>ADMIN_TOKEN</code>. Set it in the API's environment,
      start the API again, and reload this page.
    </p>
  );
}
