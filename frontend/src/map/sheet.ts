// On a phone the panel is a sheet at the bottom: peek, half, full. A tap on its handle or a swipe moves it.
const STATES = ["peek", "half", "full"] as const;
type State = (typeof STATES)[number];

export class Sheet {
  private from = 0;

  constructor(private readonly element: HTMLElement) {
    const handle = element.querySelector<HTMLElement>("[data-handle]");
    handle?.addEventListener("click", () => this.show(this.state === "peek" ? "half" : "peek"));
    handle?.addEventListener("pointerdown", (event) => {
      this.from = event.clientY;
      handle.setPointerCapture(event.pointerId);
    });
    handle?.addEventListener("pointerup", (event) => {
      const moved = event.clientY - this.from;
      if (Math.abs(moved) < 24) return;
      event.preventDefault();
      const next = STATES[STATES.indexOf(this.state) + (moved < 0 ? 1 : -1)];
      // The click that follows would undo the swipe.
      handle.addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true });
      if (next) this.show(next);
    });
    this.show("peek");
  }

  private get state(): State {
    const state = this.element.dataset["state"];
    return STATES.find((each) => each === state) ?? "peek";
  }

  show(state: State): void {
    this.element.dataset["state"] = state;
    this.element.querySelector("[data-handle]")?.setAttribute("aria-expanded", String(state !== "peek"));
  }
}
