// One question a screen, four drawn answers; a tap answers and goes on. Then the level, the reason where it differs, and
// what can be added. Six taps: the site, four answers, keep.
import { type App, bar, notice, show } from "../app";
import { findFault } from "../comments";
import { button, h, icon } from "../dom";
import { levelBadge } from "../level";
import { picture } from "../pictures";
import { type Draft, emptyDraft } from "../session";
import { commonLevel, type OnGrid, suggestOn } from "../suggestion";
import type { Campaign, Site } from "../types";
import { say } from "../words";

interface Rating { campaign: Campaign; site: Site; draft: Draft; instead?: string; message?: string }
let current: Rating | null = null;

/** Take up a refused rating where it was left. */
export function correct(campaign: Campaign, site: Site, draft: Draft, instead: string, message: string): void {
  current = { campaign, site, draft, instead, message };
}

export function rateScreen(app: App, campaignKey: string, siteKey: string, step: number): void {
  const found = app.session.site(campaignKey, siteKey);
  if (!found) return app.go("");
  if (!current || current.site.key !== siteKey || current.campaign.key !== campaignKey) current = { ...found, draft: emptyDraft() };
  const rating = current;
  const asked = rating.campaign.grid.criteria.findIndex((criterion) => !rating.draft.criteria[criterion.code]);
  const last = rating.campaign.grid.criteria.length;
  const at = Math.min(Number.isNaN(step) ? (asked < 0 ? last : 0) : step, asked < 0 ? last : asked);
  if (at < last) question(app, rating, at);
  else result(app, rating);
}

const path = (rating: Rating, step: number): string => `coter/${rating.campaign.key}/${rating.site.key}/${step}`;

function back(app: App, rating: Rating, step: number): () => void {
  return () => {
    if (step > 0) return app.go(path(rating, step - 1));
    current = null;
    app.go("");
  };
}

function question(app: App, rating: Rating, step: number): void {
  const criterion = rating.campaign.grid.criteria[step];
  if (!criterion) return;
  const answer = (value: number, event: Event): void => {
    if ((event as MouseEvent).detail > 1) return; // the second half of a double tap belongs to the question before
    rating.draft.criteria[criterion.code] = value;
    app.go(path(rating, step + 1));
  };
  show(criterion.question,
    bar(back(app, rating, step), rating.campaign.grid),
    h("p", { class: "telephone__where" }, h("strong", {}, rating.site.name), h("span", { class: "muted" }, say("question", { at: step + 1, of: rating.campaign.grid.criteria.length }))),
    h("div", { class: "answers" }, ...criterion.degrees.map((degree) => h("button", { class: "answer", type: "button", "data-degree": degree.value, "aria-pressed": String(rating.draft.criteria[criterion.code] === degree.value), onclick: (event) => answer(degree.value, event) },
      picture(criterion, degree), h("span", { class: "answer__body" }, h("span", { class: "answer__title" }, degree.label), h("span", { class: "answer__text" }, degree.example))))),
    h("p", { class: "small muted" }, criterion.help),
  );
}

function why(suggestion: OnGrid): string {
  if (suggestion.common) return say("why_common", { level: suggestion.common });
  if (suggestion.points !== undefined) return suggestion.imposed === suggestion.level && suggestion.level > 1 ? say("why_imposed") : say("why_points", { points: suggestion.points });
  if (suggestion.facts === suggestion.effects) return say("why_both", { facts: suggestion.facts });
  return suggestion.facts > suggestion.effects ? say("why_facts", { ...suggestion }) : say("why_effects", { ...suggestion });
}

/** A text of the rating, watched while it is written: what names somebody is said at once. */
function watched(id: string, label: string, help: string, value: string, write: (text: string) => void, lines: number, most: number): { field: HTMLElement; fault: () => boolean } {
  const error = h("p", { class: "field__error", id: `${id}-error`, role: "alert", hidden: true });
  const input = lines > 1 ? h("textarea", { id, rows: lines, maxlength: most, "aria-describedby": `${id}-help ${id}-error` }) : h("input", { id, maxlength: most, "aria-describedby": `${id}-help ${id}-error` });
  input.value = value;
  const fault = (): boolean => {
    const found = findFault(input.value);
    error.hidden = !found;
    input.toggleAttribute("aria-invalid", Boolean(found));
    if (found) error.replaceChildren(icon("circle-alert"), h("span", {}, say("fault", { words: found.words, advice: say(`fault_${found.code}`) })));
    return Boolean(found);
  };
  input.addEventListener("input", () => { write(input.value); fault(); });
  if (value) fault();
  return { field: h("div", { class: "field" }, h("label", { class: "field__label", for: id }, label), h("p", { class: "field__help", id: `${id}-help` }, help), input, error), fault };
}

function result(app: App, rating: Rating): void {
  const { draft, campaign, site } = rating;
  const suggestion = suggestOn(campaign.grid, draft.criteria);
  if (!suggestion) return app.go(path(rating, 0));
  draft.level ??= suggestion.level;
  const differs = draft.level !== suggestion.level;
  const named = (value: number): string => campaign.grid.levels.find((level) => level.value === value)?.label ?? "";
  const text = campaign.grid.levels.find((level) => level.value === draft.level);
  const shown = commonLevel(campaign.grid, draft.level);
  const reason = watched("motif", say("why_other"), say("why_other_help"), draft.reason, (value) => { draft.reason = value; }, 1, 240);
  const internal = watched("interne", say("internal"), say("internal_help"), draft.internal, (value) => { draft.internal = value; }, 3, 500);
  const shared = watched("partage", say("shared"), say("shared_help"), draft.shared, (value) => { draft.shared = value; }, 3, 500);
  const missing = h("p", { class: "field__error", role: "alert", hidden: true }, icon("circle-alert"), h("span", {}, say("reason_missing")));
  const keep = button(campaign.grid.own ? say("keep_own", { level: named(draft.level) }) : say("keep", { level: draft.level }), "button--primary button--l button--block", () => {
    if (differs && !draft.reason.trim()) {
      missing.hidden = false;
      return document.getElementById("motif")?.focus();
    }
    missing.hidden = true;
    if ([differs && reason.fault(), internal.fault(), shared.fault()].some(Boolean)) return document.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    keep.disabled = true;
    void app.session.rate(campaign, site, draft, rating.instead).then(() => {
      current = null;
      kept(app, site, shown);
    });
  }, "check");
  keep.dataset["keep"] = "";
  show(campaign.grid.own ? named(draft.level) : say("level", { n: draft.level }),
    bar(back(app, rating, campaign.grid.criteria.length), campaign.grid),
    h("p", { class: "telephone__where" }, h("strong", {}, site.name)),
    rating.message ? notice("warn", "triangle-alert", say("was_refused"), rating.message) : null,
    h("div", { class: "telephone__result" }, levelBadge(shown, "xl"), h("div", {}, h("strong", {}, text?.label ?? ""), h("p", { class: "muted" }, text?.text ?? ""))),
    h("p", { class: "small" }, differs ? (campaign.grid.own ? say("own_says", { level: named(suggestion.level) }) : say("grid_says", { level: suggestion.level })) : why(suggestion)),
    differs ? h("div", {}, reason.field, missing) : null,
    h("div", { class: "telephone__foot" }, keep),
    h("details", { class: "fold", open: differs }, h("summary", {}, say("other_level")), h("div", { class: "fold__body" },
      h("div", { class: "choices choices--4", role: "group", "aria-label": say("other_level") }, ...campaign.grid.levels.map((level) => h("button", { class: "answer answer--level", type: "button", "data-level": level.value, "aria-pressed": String(draft.level === level.value), onclick: () => { draft.level = level.value; result(app, rating); } }, levelBadge(level.common ?? level.value, "l"), h("span", { class: "small" }, level.label)))))),
    h("details", { class: "fold", open: Boolean(draft.ticks.length || draft.internal || draft.shared) }, h("summary", {}, say("more")), h("div", { class: "fold__body stack" },
      h("fieldset", { class: "field" }, h("legend", { class: "field__label" }, say("ticks")), h("div", { class: "choices choices--2" }, ...campaign.grid.ticks.map((tick) => h("label", { class: "choice" }, h("input", { type: "checkbox", checked: draft.ticks.includes(tick.code), onchange: (event) => {
        draft.ticks = (event.target as HTMLInputElement).checked ? [...draft.ticks, tick.code] : draft.ticks.filter((code) => code !== tick.code);
      } }), h("span", { class: "choice__body" }, h("span", { class: "choice__title" }, tick.label)))))),
      notice("warn", "triangle-alert", say("name_nobody"), say("name_nobody_text")),
      internal.field, shared.field)),
  );
}

function kept(app: App, site: Site, level: number): void {
  show(say("kept"),
    h("div", { class: "telephone__result", "data-kept": site.key }, levelBadge(level, "xl"), h("div", {}, h("strong", {}, site.name), h("p", { class: "muted" }, say("kept_text")))),
    h("div", { class: "telephone__foot" }, button(say("next_site"), "button--primary button--l button--block", () => app.go(""), "arrow-right")));
  void app.meet();
}
