// The search of the map: sites and places, found by the server under the reader's rights; arrows move, Enter chooses.
import type { Frame, Place } from "./config";
import { fetchFragment, fill } from "./fragments";
import { placeOf } from "./panel";

const WAIT_MS = 200;

export class Search {
  private readonly input: HTMLInputElement;
  private readonly found: HTMLElement;
  private readonly count: HTMLElement | null;
  private running: AbortController | null = null;
  private waiting = 0;

  constructor(
    root: HTMLElement,
    private readonly address: string,
    private readonly words: DOMStringMap,
    private readonly site: (place: Place) => void,
    private readonly frame: (frame: Frame) => void,
  ) {
    this.input = root.querySelector<HTMLInputElement>("input")!;
    this.found = root.querySelector<HTMLElement>("[data-found]")!;
    this.count = root.querySelector("[data-found-count]");
    this.input.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => void this.ask(), WAIT_MS);
    });
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[data-found] .list__item");
      if (item && this.choose(item)) event.preventDefault();
    });
    root.addEventListener("focusout", (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) this.hide();
    });
  }

  private get items(): HTMLElement[] {
    return this.found.hidden ? [] : [...this.found.querySelectorAll<HTMLElement>(".list__item")];
  }

  private async ask(): Promise<void> {
    this.running?.abort();
    if (this.input.value.trim().length < 2) return this.hide();
    this.running = new AbortController();
    const html = await fetchFragment(`${this.address}?q=${encodeURIComponent(this.input.value)}`, this.words, this.running.signal);
    if (html === null) return;
    fill(this.found, html);
    this.found.hidden = false;
    if (this.count) this.count.textContent = (this.words["found"] ?? "").replace("0", String(this.items.length));
  }

  private key(event: KeyboardEvent): void {
    const items = this.items;
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowDown") (items[at + 1] ?? items[items.length - 1])?.focus();
    else if (event.key === "ArrowUp") (at <= 0 ? this.input : items[at - 1])?.focus();
    else if (event.key === "Escape") {
      this.hide();
      this.input.value = "";
      this.input.focus();
    } else if (event.key === "Enter" && event.target === this.input && items[0]) items[0].click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Whether the item led somewhere on the map; a site without a position is a link to its page. */
  private choose(item: HTMLElement): boolean {
    const bounds = item.dataset["bounds"]?.split(",").map(Number);
    const place = placeOf(item);
    if (!bounds && !place) return false;
    this.input.value = item.querySelector(".list__title")?.textContent ?? "";
    this.hide();
    if (bounds) this.frame(bounds as Frame);
    else if (place) this.site(place);
    return true;
  }

  private hide(): void {
    this.found.hidden = true;
    if (this.count) this.count.textContent = "";
  }
}
