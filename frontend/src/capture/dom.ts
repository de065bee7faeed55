// Builds elements; no markup is ever parsed from text, so that nothing typed can become an element.
type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;
const SVG = "http://www.w3.org/2000/svg";

function fill(element: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
}

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

export function s(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

export function icon(name: string): SVGElement {
  return s("svg", { class: "icon", "aria-hidden": "true", focusable: "false" }, s("use", { href: `${document.body.dataset["icons"] ?? ""}#${name}` }));
}

export function button(label: string, css: string, press: () => void, sign?: string): HTMLButtonElement {
  return h("button", { class: `button ${css}`, type: "button", onclick: press }, sign ? icon(sign) : null, label);
}
