// The sites: those left to rate, by name or from the nearest; what waits to be sent stands at the bottom, under the thumb.
import { type App, bar, contactNotice, notice, show } from "../app";
import { button, h, icon } from "../dom";
import { levelBadge } from "../level";
import type { Campaign, Site } from "../types";
import { day, say } from "../words";

const SHOWN = 80;
interface Place { lat: number; lon: number }
let place: Place | null = null; // kept while the page is open, never written, never sent
let placeProblem = "";
let words = "";

/** Metres between two places, on a sphere. */
export function distance(from: Place, lat: number, lon: number): number {
  const rad = Math.PI / 180;
  const a = Math.sin(((lat - from.lat) * rad) / 2) ** 2 + Math.cos(from.lat * rad) * Math.cos(lat * rad) * Math.sin(((lon - from.lon) * rad) / 2) ** 2;
  return 12_742_000 * Math.asin(Math.sqrt(a));
}

const away = (site: Site): number => (place && site.lat !== null && site.lon !== null ? distance(place, site.lat, site.lon) : Infinity);
const far = (metres: number): string => (metres < 1000 ? say("metres", { d: Math.round(metres / 10) * 10 }) : say("kilometres", { d: (metres / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) }));

function line(app: App, campaign: Campaign, site: Site, done: boolean): HTMLElement {
  const metres = away(site);
  return h("li", {}, h("button", { class: "list__item", type: "button", "data-site": site.key, onclick: () => app.go(`coter/${campaign.key}/${site.key}`) },
    levelBadge(site.level),
    h("span", {}, h("span", { class: "list__title" }, site.name), h("span", { class: "list__meta" }, site.address)),
    h("span", { class: "list__end" }, metres < Infinity ? far(metres) : null, icon(done ? "check" : "chevron-right"))));
}

function part(app: App, campaign: Campaign, given: Set<string>): HTMLElement {
  const done = (site: Site): boolean => site.rated || site.mine || given.has(`${campaign.key}/${site.key}`);
  const wanted = words.toLocaleLowerCase();
  const order = (a: Site, b: Site): number => away(a) - away(b) || a.name.localeCompare(b.name, "fr");
  const left = campaign.sites.filter((site) => !done(site));
  const found = left.filter((site) => !wanted || `${site.name} ${site.address}`.toLocaleLowerCase().includes(wanted)).sort(place ? order : (a, b) => a.name.localeCompare(b.name, "fr"));
  const rated = campaign.sites.filter(done);
  return h("section", { class: "section" },
    h("div", { class: "section__head" }, h("h2", {}, campaign.name), h("span", { class: "muted small" }, say("until", { day: day(campaign.closes_on) }))),
    h("div", { class: "progress" }, h("div", { class: "progress__text" }, h("span", {}, say("rated_sites")), h("b", {}, `${rated.length} / ${campaign.sites.length}`)),
      h("progress", { max: campaign.sites.length, value: rated.length, "aria-label": say("rated_sites") })),
    found.length ? h("ul", { class: "list", "data-left": "" }, ...found.slice(0, SHOWN).map((site) => line(app, campaign, site, false)))
      : wanted ? notice("info", "search", say("nothing_found")) : notice("ok", "circle-check", say("all_rated"), say("all_rated_text")),
    found.length > SHOWN ? h("p", { class: "small muted" }, say("first_shown", { shown: SHOWN, total: found.length })) : null,
    rated.length ? h("details", { class: "fold" }, h("summary", {}, say("already_rated", { n: rated.length })), h("ul", { class: "list" }, ...rated.map((site) => line(app, campaign, site, true)))) : null,
  );
}

function tools(app: App, total: number): HTMLElement {
  const near = button(say("near"), "", () => locate(app), "locate");
  near.setAttribute("aria-pressed", String(place !== null));
  const search = total > 8 ? h("input", { type: "search", value: words, "aria-label": say("search"), placeholder: say("search"), oninput: (event) => {
    words = (event.target as HTMLInputElement).value;
    clearTimeout(timer);
    timer = window.setTimeout(() => void app.again().then(() => (document.querySelector<HTMLInputElement>("input[type=search]"))?.focus()), 250);
  } }) : null;
  return h("div", { class: "telephone__tools" }, near, search);
}
let timer = 0;

function locate(app: App): void {
  if (place) {
    place = null;
    return void app.again();
  }
  placeProblem = "";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { place = { lat: coords.latitude, lon: coords.longitude }; void app.again(); },
    () => { placeProblem = say("no_place"); void app.again(); },
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
  );
}

export async function listScreen(app: App): Promise<() => void> {
  const waiting = await app.session.waiting();
  const given = new Set(waiting.filter((item) => item.state === "waiting" && item.said).map((item) => `${item.said?.body.campaign}/${item.said?.body.site}`));
  for (const receipt of await app.session.receipts()) if (receipt.said && receipt.outcome !== "aside") given.add(`${receipt.said.body.campaign}/${receipt.said.body.site}`);
  const state = app.session.state;
  const campaigns = state?.campaigns ?? [];
  const toSend = waiting.filter((item) => item.state === "waiting").length;
  const toFix = waiting.length - toSend;
  return () => show(say("sites"),
    bar(null, campaigns[0]?.grid ?? null, h("button", { class: "button button--quiet button--icon", type: "button", "aria-label": say("telephone"), onclick: () => app.go("telephone") }, icon("smartphone"))),
    contactNotice(app),
    campaigns.length ? tools(app, campaigns.reduce((sum, each) => sum + each.sites.length, 0)) : null,
    placeProblem ? h("p", { class: "field__error", role: "alert" }, icon("circle-alert"), h("span", {}, placeProblem)) : null,
    ...campaigns.map((campaign) => (campaign.sites.length ? part(app, campaign, given) : notice("info", "building-2", say("no_site"), say("no_site_text")))),
    state && !campaigns.length ? notice("info", "calendar-check", say("no_campaign"), say("no_campaign_text")) : null,
    state ? null : notice("warn", "cloud-off", say("no_list"), say("no_list_text")),
    h("nav", { class: "telephone__foot", "aria-label": say("sendings") },
      h("button", { class: "button button--l grow", type: "button", "data-to-send": String(toSend), onclick: () => app.go("envois") }, icon(toSend ? "send" : "inbox"), toSend ? say("send", { n: toSend }) : say("sent")),
      toFix ? h("button", { class: "button button--l button--danger", type: "button", "data-to-fix": String(toFix), onclick: () => app.go("corriger") }, icon("triangle-alert"), say("to_fix", { n: toFix })) : null),
  );
}
