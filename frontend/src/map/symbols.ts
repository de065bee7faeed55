// The symbols of the map, drawn from the same shapes and colours as the badges of the pages.
import type { Map as MapLibre } from "maplibre-gl";
import marks from "../../../platform/orsen/design/marks.json";
import shapes from "../../../platform/orsen/design/shapes.json";

const RATIO = 2;
const SHAPES: Record<string, string> = shapes;
const DRAWINGS: Record<string, Record<string, { paint: string; ink: string; glyph: string } | undefined> | undefined> = marks;
// A hexagon: no level has this shape.
const OUTLINE = "M12 1.2 21.4 6.6v10.8L12 22.8 2.6 17.4V6.6Z";
const WRENCH = "M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.77-3.77a6 6 0 0 1-7.94 7.94l-6.91 6.91a2.12 2.12 0 0 1-3-3l6.91-6.91a6 6 0 0 1 7.94-7.94l-3.76 3.76z";

export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function canvas(size: number): CanvasRenderingContext2D {
  const element = document.createElement("canvas");
  element.width = element.height = size * RATIO;
  const context = element.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser cannot draw the symbols of the map.");
  context.scale(RATIO, RATIO);
  return context;
}

const pixels = (context: CanvasRenderingContext2D): ImageData => context.getImageData(0, 0, context.canvas.width, context.canvas.height);

/** Shape and digit of a level; a light edge parts it from the ground and from its neighbours. */
function levelSymbol(level: number): ImageData {
  const size = 34;
  const context = canvas(size);
  context.translate((size - 24) / 2, (size - 24) / 2);
  const path = new Path2D(SHAPES[String(level)]);
  context.lineJoin = "round";
  context.strokeStyle = colour("map-halo");
  context.lineWidth = 5;
  context.stroke(path);
  context.fillStyle = level ? colour(`level-${level}`) : colour("surface");
  context.fill(path);
  context.strokeStyle = level ? colour(level === 4 ? "level-4" : "level-line") : colour("line-strong");
  context.lineWidth = 1.6;
  if (!level) context.setLineDash([3, 2.4]);
  context.stroke(path);
  context.fillStyle = level ? colour(`level-${level}-ink`) : colour("ink-3");
  context.font = `720 ${level === 3 ? 12 : 13.5}px "Atkinson Hyperlegible Next", sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(level ? String(level) : "–", 12, level === 3 ? 15.2 : 12.6);
  return pixels(context);
}

/** The mark of a view that is not a level, as in legend and list; `name` is mark-<view>-<number>. */
function markSymbol(name: string): ImageData | undefined {
  const cut = name.lastIndexOf("-");
  const drawing = DRAWINGS[name.slice(5, cut)]?.[name.slice(cut + 1)];
  if (!drawing) return undefined;
  const size = 34;
  const context = canvas(size);
  context.translate((size - 24) / 2, (size - 24) / 2);
  const path = new Path2D(OUTLINE);
  context.lineJoin = context.lineCap = "round";
  context.strokeStyle = colour("map-halo");
  context.lineWidth = 5;
  context.stroke(path);
  context.fillStyle = colour(drawing.paint);
  context.fill(path);
  context.strokeStyle = colour("level-line");
  context.lineWidth = 1.4;
  context.stroke(path);
  context.strokeStyle = colour(drawing.ink);
  context.lineWidth = 2;
  context.stroke(new Path2D(drawing.glyph));
  return pixels(context);
}

/** A wrench on a disc: something is done here. */
function interventionSymbol(): ImageData {
  const size = 26;
  const context = canvas(size);
  context.beginPath();
  context.arc(size / 2, size / 2, 11, 0, 2 * Math.PI);
  context.fillStyle = colour("info");
  context.strokeStyle = colour("map-halo");
  context.lineWidth = 3;
  context.stroke();
  context.fill();
  context.translate(6.4, 6.4);
  context.scale(0.55, 0.55);
  context.strokeStyle = colour("info-soft");
  context.lineWidth = 2.6;
  context.lineJoin = context.lineCap = "round";
  context.stroke(new Path2D(WRENCH));
  return pixels(context);
}

/** The colour of a part of a ring: of a level, or of the view's mark. */
function paintOf(view: string, part: number): string {
  const drawing = DRAWINGS[view]?.[String(part)];
  if (drawing) return colour(drawing.paint === "surface" ? "line" : drawing.paint);
  return part ? colour(`level-${part}`) : colour("line");
}

/** A ring parted like the marks inside; `name` is donut-<view>-<size>-<sixteenths of marks 0 to 4>. */
function donut(name: string): ImageData {
  const [, said = "", ...numbers] = name.split("-");
  const view = said.replace("_", "-");
  const [wide, ...parts] = numbers.map(Number);
  const radius = wide ?? 17;
  const size = radius * 2 + 8;
  const context = canvas(size);
  const middle = size / 2;
  context.beginPath();
  context.arc(middle, middle, radius + 2, 0, 2 * Math.PI);
  context.fillStyle = colour("map-halo");
  context.fill();
  const total = parts.reduce((sum, part) => sum + part, 0) || 1;
  let angle = -Math.PI / 2;
  parts.forEach((part, level) => {
    if (!part) return;
    const end = angle + (2 * Math.PI * part) / total;
    context.beginPath();
    context.moveTo(middle, middle);
    context.arc(middle, middle, radius, angle, end);
    context.closePath();
    context.fillStyle = paintOf(view, level);
    context.fill();
    angle = end;
  });
  context.strokeStyle = colour("level-line");
  context.lineWidth = 1.25;
  context.beginPath();
  context.arc(middle, middle, radius, 0, 2 * Math.PI);
  context.stroke();
  context.beginPath();
  context.arc(middle, middle, radius * 0.66, 0, 2 * Math.PI);
  context.fillStyle = colour("surface");
  context.fill();
  context.stroke();
  return pixels(context);
}

/** Hatching of what is withheld: it tiles without a seam. */
function hatch(): ImageData {
  const size = 12;
  const context = canvas(size);
  context.strokeStyle = colour("withheld-line");
  context.lineWidth = 1.2;
  for (const shift of [-size, 0, size]) {
    context.beginPath();
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
    context.stroke();
  }
  return pixels(context);
}

/** The crossed eye of *masqué*, as in the pages. */
function withheldSymbol(): ImageData {
  const size = 28;
  const context = canvas(size);
  context.translate(2, 2);
  context.beginPath();
  context.roundRect(0, 0, 24, 24, 5);
  context.fillStyle = colour("withheld");
  context.fill();
  context.strokeStyle = colour("withheld-line");
  context.lineWidth = 1.5;
  context.stroke();
  context.strokeStyle = colour("ink-2");
  context.lineWidth = 1.8;
  context.lineCap = "round";
  context.stroke(new Path2D("M5 12c2-3.5 4.5-5 7-5s5 1.5 7 5c-2 3.5-4.5 5-7 5s-5-1.5-7-5Z"));
  context.stroke(new Path2D("M6 19 18 5"));
  return pixels(context);
}

function draw(name: string): ImageData | undefined {
  if (name.startsWith("level-")) return levelSymbol(Number(name.slice(6)));
  if (name.startsWith("mark-")) return markSymbol(name);
  if (name.startsWith("donut-")) return donut(name);
  if (name === "intervention") return interventionSymbol();
  if (name === "hatch") return hatch();
  if (name === "withheld") return withheldSymbol();
  return undefined;
}

/** Draws each symbol when the map first asks for it. */
export function serveSymbols(map: MapLibre): void {
  map.setMissingStyleImageResolver((id) => {
    const image = draw(id);
    if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: RATIO });
  });
}

/** Forgets the symbols, so that they are drawn again in the colours of another theme. */
export function forgetSymbols(map: MapLibre): void {
  for (const name of map.listImages()) map.removeImage(name);
}
