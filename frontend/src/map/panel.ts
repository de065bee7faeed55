// The panel beside the map: the list of what is in view, and the card of what is chosen. Both come as HTML.
import type { Frame, MapConfig, Place } from "./config";
import { fetchFragment, fill } from "./fragments";
import { Sheet } from "./sheet";

export class Panel {
  private readonly list: HTMLElement | null;
  private readonly card: HTMLElement | null;
  private readonly body: HTMLElement | null;
  readonly sheet: Sheet | null;
  private running: AbortController | null = null;
  private asked = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly config: MapConfig,
    private readonly words: DOMStringMap,
    private readonly chosen: (place: Place | null) => void,
    pointed: (place: Place | null) => void,
  ) {
    this.list = root.querySelector("[data-list]");
    this.card = root.querySelector("[data-card]");
    this.body = root.querySelector("[data-card-body]");
    this.sheet = root.querySelector("[data-handle]") ? new Sheet(root) : null;
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.card && !this.card.hidden) this.close();
    });
    for (const [type, entering] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]] as const) {
      this.list?.addEventListener(type, (event) => {
        const item = (event.target as Element).closest<HTMLElement>("[data-lng]");
        pointed(entering && item ? placeOf(item) : null);
      });
    }
  }

  get selected(): string {
    return this.root.dataset["selected"] ?? "";
  }

  /** The list of what the map shows now; of everything before there is a map. */
  async refresh(frame: Frame | null, query: URLSearchParams): Promise<void> {
    if (!this.config.listUrl || !this.list) return;
    if (frame) query.set("bbox", frame.map((degrees) => degrees.toFixed(5)).join(","));
    const address = `${this.config.listUrl}${this.config.listUrl.includes("?") ? "&" : "?"}${query.toString()}`;
    if (address === this.asked) return;
    this.asked = address;
    this.running?.abort();
    this.running = new AbortController();
    this.list.setAttribute("aria-busy", "true");
    const html = await fetchFragment(address, this.words, this.running.signal);
    if (html === null) return;
    this.list.removeAttribute("aria-busy");
    const held = this.list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["mapKey"] : undefined;
    fill(this.list, html);
    this.mark(this.selected);
    this.say();
    if (held !== undefined) this.focusItem(held);
  }

  /** The card of a site. `quietly`: without taking the focus, when a page comes back to where it was. */
  async open(key: string, place: Place | null, quietly = false): Promise<void> {
    if (!this.config.cardUrl || !this.card || !this.body) return;
    this.mark(key);
    this.chosen(place ?? { key, lng: NaN, lat: NaN });
    this.body.setAttribute("aria-busy", "true");
    this.card.hidden = false;
    this.root.dataset["showing"] = "card";
    this.sheet?.show("half");
    const html = await fetchFragment(this.config.cardUrl.replace("{key}", encodeURIComponent(key)), this.words, null);
    this.body.removeAttribute("aria-busy");
    if (html !== null) fill(this.body, html);
    if (!quietly) this.card.querySelector<HTMLElement>("[data-close-card]")?.focus({ preventScroll: true });
  }

  /** The site that the pointer is over on the map, shown in the list. */
  hover(key: string | null): void {
    for (const item of this.items) item.classList.toggle("list__item--pointed", key !== null && item.dataset["mapKey"] === key);
  }

  focusList(): void {
    this.list?.focus();
  }

  private get items(): HTMLElement[] {
    return [...(this.list?.querySelectorAll<HTMLElement>("[data-map-key]") ?? [])];
  }

  private say(): void {
    const said = this.root.querySelector("[data-list-said]");
    if (said) said.textContent = (this.words["listed"] ?? "").replace("0", this.items.length.toLocaleString(document.documentElement.lang));
  }

  private close(): void {
    if (this.card) this.card.hidden = true;
    const key = this.selected;
    delete this.root.dataset["showing"];
    this.mark("");
    this.chosen(null);
    this.focusItem(key);
  }

  /** The list is replaced whenever the map moves: the focus stays with the site, or with the list. */
  private focusItem(key: string): void {
    (this.items.find((item) => item.dataset["mapKey"] === key) ?? this.list)?.focus();
  }

  private click(event: Event): void {
    const target = event.target as Element;
    if (target.closest("[data-close-card]")) return this.close();
    const item = target.closest<HTMLElement>("[data-list] [data-map-key]");
    const place = item && placeOf(item);
    if (!place || !this.config.cardUrl) return;
    event.preventDefault();
    void this.open(place.key, place);
  }

  private mark(key: string): void {
    this.root.dataset["selected"] = key;
    for (const item of this.items) {
      if (item.dataset["mapKey"] === key) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }
}

/** The place that an item of a list stands for. */
export function placeOf(item: HTMLElement): Place | null {
  const { mapKey, lng, lat } = item.dataset;
  return lng && lat ? { key: mapKey ?? "", lng: Number(lng), lat: Number(lat) } : null;
}
