// The frame of every screen: title, way back, aid, what waits; and where the browser's history leads.
import { button, h, icon } from "./dom";
import type { Session } from "./session";
import type { Contact } from "./sending";
import type { Grid } from "./types";
import { levelBadge } from "./level";
import { say } from "./words";

export interface App {
  session: Session;
  contact: Contact | null;
  go(hash: string): void;
  /** Draw the current screen again. */
  again(): Promise<void>;
  meet(): Promise<void>;
  close(): void;
}

const root = (): HTMLElement => document.getElementById("contenu") as HTMLElement;

/** Show a screen; the keyboard and the screen reader start at its title. */
export function show(title: string, ...content: (Node | null)[]): void {
  document.title = `${title} – ORSEN`;
  const heading = h("h1", { tabindex: "-1", class: "telephone__title" }, title);
  root().replaceChildren(heading, ...content.filter((node): node is Node => node !== null));
  root().dataset["ready"] = String(Number(root().dataset["ready"] ?? 0) + 1);
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** The bar at the top: back, and the aid table one tap away. */
export function bar(back: (() => void) | null, grid: Grid | null, extra: Node | null = null): HTMLElement {
  return h("div", { class: "telephone__bar" },
    back ? h("button", { class: "button button--quiet button--icon", type: "button", "aria-label": say("back"), onclick: back }, icon("arrow-left")) : h("span", { class: "telephone__mark" }, "ORSEN"),
    h("span", { class: "grow" }),
    extra,
    grid ? button(say("aid"), "", () => openAid(grid), "circle-help") : null,
  );
}

/** The classification aid: levels first, then every question with its answers. */
export function openAid(grid: Grid): void {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "aide-titre", onclose: () => dialog.remove() },
    h("div", { class: "dialog__head" }, h("h2", { class: "dialog__title", id: "aide-titre" }, say("aid_title")),
      h("button", { class: "button button--quiet button--icon", type: "button", "aria-label": say("close"), onclick: () => dialog.close() }, icon("x"))),
    h("div", { class: "dialog__body", tabindex: "0" },
      h("p", { class: "small muted" }, grid.notice),
      h("ul", { class: "list" }, ...grid.levels.map((level) => h("li", { class: "list__item" }, levelBadge(level.common ?? level.value, "l"), h("span", {}, h("span", { class: "list__title" }, level.label), h("span", { class: "list__meta" }, level.text))))),
      ...grid.criteria.map((criterion) => h("details", { class: "fold" }, h("summary", {}, criterion.label),
        h("div", { class: "fold__body" }, h("p", {}, criterion.question), h("ol", {}, ...criterion.degrees.map((degree) => h("li", {}, h("strong", {}, `${degree.label}.`), " ", degree.example)))))),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

export function notice(kind: "info" | "warn" | "ok" | "danger", sign: string, title: string, text = "", ...more: (Node | null)[]): HTMLElement {
  return h("div", { class: `notice notice--${kind}` }, icon(sign), h("div", {}, h("strong", {}, title), text ? h("span", {}, text) : null, ...more));
}

/** What the last contact with the server means for the person, if anything. */
export function contactNotice(app: App): HTMLElement | null {
  const contact = app.contact;
  if (!contact || contact.kind === "done") return null;
  if (contact.kind === "offline") return notice("info", "wifi-off", say("offline"), say("offline_text"));
  if (contact.code === "other") return notice("warn", "users", say("other_member"), say("other_member_text"));
  return notice("warn", "lock", contact.message, say("ended_text"));
}
