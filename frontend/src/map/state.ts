// What the reader has chosen: view, filters, legend. Kept in the address, so that a view can be sent and come back to.
import { LEVELS_VIEW, MARKS, type View } from "./config";

/** Parameters of the address that are no choice of what the map shows. */
const OWN = ["site"];

export class Choice {
  private readonly form: HTMLFormElement | null;
  private readonly time: HTMLInputElement | null;

  constructor(private readonly changed: () => void) {
    this.form = document.querySelector("#map-filters");
    this.time = document.querySelector("[data-timeline]");
    this.restore();
    this.dress();
    document.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      if (input === this.time) return this.travel();
      if (input.closest("[data-map-levels]")) return this.changed();
      if (this.form && input.form === this.form) {
        if (input.name === "vue") this.tickAll();
        this.dress();
        this.changed();
      }
    });
    this.time?.addEventListener("input", () => this.sayTime());
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.changed();
    });
  }

  get name(): string {
    const chosen = this.form?.elements.namedItem("vue");
    return chosen instanceof RadioNodeList && chosen.value ? chosen.value : LEVELS_VIEW;
  }

  /** The view with its filters; without the legend, which the map applies itself. */
  get view(): View {
    const boxes = this.boxes;
    return { name: this.name, marks: boxes.length ? this.ticked : [...MARKS], query: this.filters };
  }

  /** Everything, as the list, the print and the address take it. */
  get query(): URLSearchParams {
    const query = this.filters;
    if (this.boxes.some((box) => !box.checked)) query.set("niveaux", this.ticked.join(""));
    return query;
  }

  /** Write the choice into the address; `site` is the one whose card is open. */
  remember(site: string): void {
    const query = this.query;
    if (site) query.set("site", site);
    const text = query.toString();
    history.replaceState(history.state, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
  }

  private get filters(): URLSearchParams {
    const query = new URLSearchParams();
    if (!this.form) return query;
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && value && !(name === "vue" && value === LEVELS_VIEW)) query.append(name, value);
    }
    return query;
  }

  /** The entries of the legend that belong to the view. */
  private get boxes(): HTMLInputElement[] {
    const shown = [...document.querySelectorAll<HTMLElement>("[data-map-levels]")].find((part) => !part.hidden);
    return [...(shown?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
  }

  private get ticked(): number[] {
    return this.boxes.filter((box) => box.checked).map((box) => Number(box.value));
  }

  private tickAll(): void {
    for (const box of document.querySelectorAll<HTMLInputElement>("[data-map-levels] input")) box.checked = true;
  }

  /** Show the parts of the page that belong to the view; those of others are switched off. */
  private dress(): void {
    for (const part of document.querySelectorAll<HTMLElement>("[data-view-part]")) {
      const off = !part.dataset["viewPart"]?.split(" ").includes(this.name);
      part.hidden = off;
      if (part instanceof HTMLFieldSetElement && !part.matches("[data-map-levels]")) part.disabled = off;
      // Fields named by form="…" outside their form obey their own fieldset.
      for (const field of part.querySelectorAll<HTMLSelectElement>("select")) field.disabled = off;
    }
    document.querySelector("[data-ring-part]")?.toggleAttribute("hidden", !this.filters.has("anneau"));
    const count = document.querySelector<HTMLElement>("[data-filter-count]");
    if (count && this.form) {
      const used = [...this.form.querySelectorAll<HTMLSelectElement>("select, input")].filter((field) => field.value).length;
      count.textContent = String(used);
      count.hidden = !used;
    }
  }

  /** The campaigns that the slider goes through. */
  private get moments(): HTMLSelectElement | null {
    const selector = this.time?.dataset["timeline"];
    return selector ? document.querySelector<HTMLSelectElement>(selector) : null;
  }

  private travel(): void {
    this.sayTime();
    this.changed();
  }

  private sayTime(): void {
    const select = this.moments;
    if (!this.time || !select) return;
    select.selectedIndex = Number(this.time.value);
    const said = select.selectedOptions[0]?.textContent ?? "";
    this.time.setAttribute("aria-valuetext", said);
    const output = document.querySelector("[data-timeline-said]");
    if (output) output.textContent = said;
  }

  /** The server has set the fields from the address; the legend and the slider follow it here. */
  private restore(): void {
    const address = new URLSearchParams(location.search);
    for (const name of OWN) address.delete(name);
    this.dress();
    const kept = address.get("niveaux");
    if (kept !== null) for (const box of this.boxes) box.checked = kept.includes(box.value);
    const select = this.moments;
    if (this.time && select) {
      this.time.value = String(select.selectedIndex);
      this.sayTime();
    }
  }
}
