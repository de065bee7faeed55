// What waits, what was refused, what was received; the way out when nothing else works: an export that only the
// landlord's server can read.
import { type App, bar, contactNotice, notice, show } from "../app";
import { button, h } from "../dom";
import { levelBadge } from "../level";
import { dropWaiting, outbox } from "../store";
import { emptyDraft, type Shown } from "../session";
import type { Receipt, Waiting } from "../types";
import { correct } from "./rate";
import { day, hour, say } from "../words";

const when = (moment: string): string => say("day_at", { day: day(moment), hour: hour(moment) });

function row(item: Shown<Waiting> | Shown<Receipt>, end: Node | string | null, ...more: (Node | null)[]): HTMLElement {
  return h("li", { "data-key": item.key },
    h("div", { class: "list__item" }, levelBadge(item.said?.level ?? null), h("span", {}, h("span", { class: "list__title" }, item.said?.siteName ?? say("sealed")), h("span", { class: "list__meta" }, when(item.at)), ...more), h("span", { class: "list__end" }, end)));
}

const tag = (kind: string, text: string): HTMLElement => h("span", { class: `tag tag--${kind}` }, text);

export async function sendingsScreen(app: App): Promise<() => void> {
  const waiting = (await app.session.waiting()).filter((item) => item.state === "waiting");
  const received = await app.session.receipts();
  const kinds: Record<string, [string, string]> = { kept: ["ok", say("received")], late: ["warn", say("late")], conflict: ["warn", say("conflict")], aside: ["info", say("aside")] };
  const press = button(waiting.length ? say("send", { n: waiting.length }) : say("refresh"), "button--primary button--l button--block", () => {
    press.disabled = true;
    void app.meet();
  }, waiting.length ? "send" : "refresh-cw");
  return () => show(say("sendings"),
    bar(() => app.go(""), null),
    contactNotice(app),
    waiting.length ? h("section", { class: "section" }, h("h2", {}, say("to_send")), h("ul", { class: "list", "data-waiting": "" }, ...waiting.map((item) => row(item, tag("neutral", say("waits")))))) : notice("ok", "circle-check", say("nothing_waits")),
    received.length ? h("section", { class: "section" }, h("h2", {}, say("receipts")), h("ul", { class: "list", "data-receipts": "" }, ...received.slice(0, 60).map((item) => {
      const [kind, label] = kinds[item.outcome] ?? ["neutral", item.outcome];
      return row(item, tag(kind, label), h("span", { class: "list__meta" }, say("receipt_number", { key: item.key.slice(0, 8) })));
    }))) : null,
    waiting.length ? h("details", { class: "fold" }, h("summary", {}, say("export_title")), h("div", { class: "fold__body" }, h("p", {}, say("export_text")), button(say("export"), "", () => void exportWaiting(), "download"))) : null,
    h("div", { class: "telephone__foot" }, press),
  );
}

export async function fixScreen(app: App): Promise<() => void> {
  const refused = (await app.session.waiting()).filter((item) => item.state === "refused");
  if (!refused.length) return () => app.go("");
  return () => show(say("fix_title"), bar(() => app.go(""), null),
    h("p", {}, say("fix_text")),
    h("ul", { class: "list", "data-refused": "" }, ...refused.map((item) => h("li", { "data-key": item.key }, h("div", { class: "telephone__refused" },
      h("strong", {}, item.said?.siteName ?? say("sealed")), h("p", {}, item.message ?? ""),
      h("div", { class: "row" }, fix(app, item), button(say("discard"), "button--danger", () => confirmDiscard(app, item), "trash-2")))))),
    h("details", { class: "fold" }, h("summary", {}, say("export_title")), h("div", { class: "fold__body" }, h("p", {}, say("export_text")), button(say("export"), "", () => void exportWaiting(), "download"))),
  );
}

function fix(app: App, item: Shown<Waiting>): Node | null {
  const said = item.said;
  const found = said && app.session.site(said.body.campaign, said.body.site);
  if (!said || !found) return null;
  return button(say("fix"), "button--primary", () => {
    const { criteria, reason, ticks, internal, shared } = said.body;
    correct(found.campaign, found.site, { ...emptyDraft(), criteria, level: said.body.level, reason, ticks, internal, shared }, item.key, item.message ?? "");
    app.go(`coter/${said.body.campaign}/${said.body.site}/${found.campaign.grid.criteria.length}`);
  }, "pencil");
}

function confirmDiscard(app: App, item: Shown<Waiting>): void {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "retirer-titre", onclose: () => dialog.remove() },
    h("div", { class: "dialog__head" }, h("h2", { class: "dialog__title", id: "retirer-titre" }, say("discard_title"))),
    h("div", { class: "dialog__body" }, h("p", {}, say("discard_text"))),
    h("div", { class: "dialog__foot" }, button(say("cancel"), "", () => dialog.close()), button(say("discard"), "button--danger", () => {
      dialog.close();
      void dropWaiting(item.key).then(() => app.again());
    })));
  document.body.append(dialog);
  dialog.showModal();
}

/** A file of what waits, sealed as it is. Nothing is removed from the telephone. */
export async function exportWaiting(): Promise<void> {
  const items = (await outbox()).map(({ key, sha256, sealed, member }) => ({ key, sha256, sealed, member }));
  const blob = new Blob([JSON.stringify({ format: "orsen-saisie-1", exported_at: new Date().toISOString(), items })], { type: "application/json" });
  const link = h("a", { href: URL.createObjectURL(blob), download: `orsen-saisie-${new Date().toISOString().slice(0, 10)}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function telephoneScreen(app: App): Promise<() => void> {
  const state = app.session.state;
  const unsent = (await outbox()).length;
  const leaving = h("details", { class: "fold" }, h("summary", {}, say("leave_title")), h("div", { class: "fold__body" },
    h("p", {}, say("leave_text")), unsent ? notice("warn", "triangle-alert", say("leave_unsent", { n: unsent }), say("leave_unsent_text")) : null,
    button(say("leave"), "button--danger", () => void app.session.leave().catch(() => undefined).then(() => app.close()), "log-out")));
  return () => show(say("telephone"), bar(() => app.go(""), null),
    state ? h("dl", { class: "facts" },
      h("div", {}, h("dt", {}, say("member")), h("dd", {}, state.member.name)),
      h("div", {}, h("dt", {}, say("organisation")), h("dd", {}, state.member.organisation)),
      h("div", {}, h("dt", {}, say("activated_until")), h("dd", {}, day(state.device.expires_at))),
      h("div", {}, h("dt", {}, say("list_of")), h("dd", {}, when(state.at)))) : null,
    notice("info", "lock", say("protected"), say("protected_text", { days: state?.keep_days ?? 14 })),
    h("p", { class: "small muted" }, say("install")),
    h("div", { class: "row" }, button(say("lock_now"), "", () => app.close(), "lock")),
    leaving,
  );
}
