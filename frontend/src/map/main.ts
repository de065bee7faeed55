// A page that is a map: list, card, filters and search work at once; the map itself is loaded after them.
import type { Engine, Frame, Hooks, MapConfig, Place } from "./config";
import { fetchAhead, placeOf, wakeGraphics } from "./ahead";
import { readConfig } from "./config";
import { Panel } from "./panel";
import { Search } from "./search";
import { Choice } from "./state";

interface Module {
  mount(element: HTMLElement, config: MapConfig, view: Choice["view"], hooks: Hooks): Engine;
}

const NARROW = 960;

function begin(element: HTMLElement): void {
  const config = readConfig(element);
  const words = element.dataset;
  const root = document.querySelector<HTMLElement>("[data-map-panel]");
  let engine: Engine | null = null;
  let selected: Place | null = config.selected ?? null;
  let waiting = 0;
  // What was asked of the map before it was there.
  let meant: ((map: Engine) => void) | null = null;
  const ask = (action: (map: Engine) => void): void => {
    if (engine) action(engine);
    else meant = action;
  };

  // A phone has no room for what a desk shows at once.
  if (innerWidth <= NARROW) document.querySelector(".legend")?.removeAttribute("open");
  const choice = new Choice(() => {
    engine?.show(choice.view);
    choice.remember(panel?.selected ?? "");
    list();
  });
  const panel = root && !config.small
    ? new Panel(root, config, words, (place) => {
        selected = place;
        choice.remember(place?.key ?? "");
        ask((map) => {
          map.select(place);
          if (place && !Number.isNaN(place.lng)) map.goTo(place);
        });
      }, (place) => engine?.point(place))
    : null;
  const list = (): void => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void panel?.refresh(engine?.frame() ?? null, choice.query), 200);
  };

  const search = document.querySelector<HTMLElement>("[data-search]");
  if (search && panel && config.searchUrl) {
    new Search(search, config.searchUrl, words, (place) => void panel.open(place.key, place), (frame: Frame) => {
      ask((map) => map.fit(frame));
      panel.focusList();
    });
    search.addEventListener("focusin", () => panel.sheet?.show("full"));
  }
  printing(choice, () => engine?.frame() ?? config.bounds);

  const open = new URLSearchParams(location.search).get("site");
  if (open && panel) void panel.open(open, null, true);

  element.dataset["usable"] = "true";
  fetchAhead(config, element, choice.view);
  const graphicsWoken = wakeGraphics();
  const notice = document.querySelector("[data-map-waiting]");
  notice?.removeAttribute("hidden");
  const hooks: Hooks = {
    ready: () => {
      notice?.setAttribute("hidden", "");
      graphicsWoken();
      element.dataset["ready"] = "true";
    },
    moved: list,
    picked: (place) => void panel?.open(place.key, place),
    pointed: (key) => panel?.hover(key),
    placeOf,
  };
  // The page came with the list of the whole; a view that was sent is narrower. The map itself writes there later.
  const isSent = location.hash.includes("carte=");
  void load(words).then((module) => {
    engine = module.mount(element, config, choice.view, hooks);
    engine.select(selected);
    meant?.(engine);
    if (isSent) list();
    document.addEventListener("orsen:theme", () => engine?.repaint());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => engine?.repaint());
  }).catch((error: unknown) => {
    console.error(error);
    notice?.setAttribute("hidden", "");
    document.getElementById("map-unable")?.removeAttribute("hidden");
  });
}

/**
 * The map's own code, once the page stands; its symbols are drawn with the page's font, waited for but not for ever. What
 * the code will ask for is fetched beside it: on a slow network each step would cost a journey there and back.
 */
async function load({ engine = "", shared, worker, styles }: DOMStringMap): Promise<Module> {
  const link = (rel: string, href: string): HTMLLinkElement => Object.assign(document.createElement("link"), { rel, href });
  for (const script of [shared, worker]) if (script) document.head.append(link("modulepreload", script));
  const styled = new Promise((resolve) => {
    const sheet = link("stylesheet", styles ?? "");
    sheet.onload = sheet.onerror = resolve;
    document.head.append(sheet);
  });
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const font = document.fonts.load('720 14px "Atkinson Hyperlegible Next"', "0123456789");
  const module = import(engine) as Promise<Module>;
  await styled;
  await Promise.race([font, new Promise((resolve) => setTimeout(resolve, 1500))]);
  return module;
}

/** The form of the print takes the view with it. */
function printing(choice: Choice, frame: () => Frame): void {
  const form = document.querySelector<HTMLFormElement>("[data-print]");
  form?.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("[data-view-field]")) field.remove();
    const query = choice.query;
    query.set("bbox", frame().map((degrees) => degrees.toFixed(5)).join(","));
    for (const [name, value] of query) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      field.dataset["viewField"] = "";
      form.append(field);
    }
    form.closest("dialog")?.close();
  });
}

const element = document.getElementById("map");
if (element) begin(element);
