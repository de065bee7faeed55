// What the reader has chosen: levels and filters. Kept in the address after #, beside the map's own place.
export class Choice {
  constructor(
    private readonly form: HTMLFormElement | null,
    private readonly boxes: HTMLInputElement[],
    private readonly changed: () => void,
  ) {
    this.restore();
    for (const box of boxes) box.addEventListener("change", () => this.store());
    form?.addEventListener("change", () => this.changed());
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.changed();
    });
  }

  get levels(): number[] {
    return this.boxes.filter((box) => box.checked).map((box) => Number(box.value));
  }

  /** The page's own filters, as the query of tiles and list. */
  get filters(): URLSearchParams {
    const query = new URLSearchParams();
    if (!this.form) return query;
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string" && value) query.append(name, value);
    return query;
  }

  private store(): void {
    const hash = new URLSearchParams(location.hash.slice(1));
    if (this.boxes.every((box) => box.checked)) hash.delete("niveaux");
    else hash.set("niveaux", this.levels.join(""));
    history.replaceState(history.state, "", `#${hash.toString().replaceAll("%2F", "/")}`);
    this.changed();
  }

  private restore(): void {
    const kept = new URLSearchParams(location.hash.slice(1)).get("niveaux");
    if (kept !== null) for (const box of this.boxes) box.checked = kept.includes(box.value);
  }
}
