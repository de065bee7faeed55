// The badge of a level, as the server's pages draw it: shape, digit and its name.
import shapes from "../../../platform/orsen/design/shapes.json";
import { h, s } from "./dom";
import { say } from "./words";

export function levelBadge(level: number | null, size = ""): HTMLElement {
  const number = level ?? 0;
  const path = (shapes as Record<string, string>)[String(number)] ?? "";
  return h("span", { class: `level level--${number}${size ? ` level--${size}` : ""}` },
    s("svg", { class: "level__shape", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: path })),
    h("span", { class: "level__digit", "aria-hidden": "true" }, number ? String(number) : "–"),
    h("span", { class: "visually-hidden" }, number ? say("level", { n: number }) : say("unrated")),
  );
}
