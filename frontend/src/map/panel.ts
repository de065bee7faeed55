// The panel beside the map: the list of what is in view, and the card of what is chosen. Both come as HTML.
import type { Map as MapLibre } from "maplibre-gl";
import type { MapConfig } from "./config";
import { Sheet } from "./sheet";

export interface Place {
  key: string;
  lng: number;
  lat: number;
}

export class Panel {
  private readonly list: HTMLElement | null;
  private readonly card: HTMLElement | null;
  private readonly body: HTMLElement | null;
  private readonly sheet: Sheet | null;
  private running: AbortController | null = null;
  private asked = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly config: MapConfig,
    private readonly words: DOMStringMap,
    private readonly chosen: (place: Place | null) => void,
  ) {
    this.list = root.querySelector("[data-list]");
    this.card = root.querySelector("[data-card]");
    this.body = root.querySelector("[data-card-body]");
    this.sheet = root.querySelector("[data-handle]") ? new Sheet(root) : null;
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.card && !this.card.hidden) this.close();
    });
  }

  /** The list of what the map shows now. */
  async refresh(map: MapLibre, query: URLSearchParams): Promise<void> {
    if (!this.config.listUrl || !this.list) return;
    const bounds = map.getBounds();
    query.set("bbox", [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => degrees.toFixed(5)).join(","));
    const address = `${this.config.listUrl}${this.config.listUrl.includes("?") ? "&" : "?"}${query.toString()}`;
    if (address === this.asked) return;
    this.asked = address;
    this.running?.abort();
    this.running = new AbortController();
    this.list.setAttribute("aria-busy", "true");
    const html = await this.fetch(address, this.running.signal);
    if (html === null) return;
    this.list.removeAttribute("aria-busy");
    const held = this.list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["mapKey"] : undefined;
    this.fill(this.list, html);
    this.mark(this.root.dataset["selected"] ?? "");
    if (held !== undefined) this.focusItem(held);
  }

  /** The card of a site. */
  async open(place: Place): Promise<void> {
    if (!this.config.cardUrl || !this.card || !this.body) return;
    this.mark(place.key);
    this.chosen(place);
    this.body.setAttribute("aria-busy", "true");
    this.card.hidden = false;
    this.root.dataset["showing"] = "card";
    this.sheet?.show("half");
    const html = await this.fetch(this.config.cardUrl.replace("{key}", encodeURIComponent(place.key)), null);
    this.body.removeAttribute("aria-busy");
    if (html !== null) this.fill(this.body, html);
    this.card.querySelector<HTMLElement>("[data-close-card]")?.focus({ preventScroll: true });
  }

  private close(): void {
    if (this.card) this.card.hidden = true;
    const key = this.root.dataset["selected"] ?? "";
    delete this.root.dataset["showing"];
    this.mark("");
    this.chosen(null);
    this.focusItem(key);
  }

  /** The list is replaced whenever the map moves: the focus stays with the site, or with the list. */
  private focusItem(key: string): void {
    const items = [...(this.list?.querySelectorAll<HTMLElement>("[data-map-key]") ?? [])];
    (items.find((item) => item.dataset["mapKey"] === key) ?? this.list)?.focus();
  }

  private click(event: Event): void {
    const target = event.target as Element;
    if (target.closest("[data-close-card]")) return this.close();
    const item = target.closest<HTMLElement>("[data-map-key]");
    if (!item || !this.config.cardUrl) return;
    const { mapKey, lng, lat } = item.dataset;
    if (!mapKey) return;
    event.preventDefault();
    void this.open({ key: mapKey, lng: Number(lng), lat: Number(lat) });
  }

  private mark(key: string): void {
    this.root.dataset["selected"] = key;
    for (const item of this.root.querySelectorAll<HTMLElement>("[data-list] [data-map-key]")) {
      if (item.dataset["mapKey"] === key) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  private fill(place: HTMLElement, html: string): void {
    // Server-rendered by us and escaped there; scripts in it would not run, by the policy and by nature of innerHTML.
    place.innerHTML = html;
    window.htmx?.process(place);
  }

  private async fetch(address: string, signal: AbortSignal | null): Promise<string | null> {
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
      if (answer.redirected && new URL(answer.url).pathname !== new URL(address, location.href).pathname) {
        location.reload(); // the session has ended: the page leads to the log-in
        return null;
      }
      if (answer.ok) return await answer.text();
      return this.notice(answer.status === 403 || answer.status === 404 ? this.words["gone"] : this.words["failed"]);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
      return this.notice(this.words["offline"]);
    }
  }

  private notice(text: string | undefined): string {
    const box = document.createElement("div");
    box.className = "notice notice--warn";
    box.textContent = text ?? "";
    return box.outerHTML;
  }
}
