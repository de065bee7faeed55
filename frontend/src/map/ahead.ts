// What can be done before the map is there, while its code comes over a slow network: its first tiles, the graphics.
import type { Frame, MapConfig, View } from "./config";
import { DEEPEST, OPENING_ZOOM, paddingOf, scopedQuery, siteTiles, tileAddress } from "./config";

const TILE = 512; // pixels of a tile of MapLibre's world
const MOST = 6; // tiles of one source: a window that needs more has the network for it
const FRESH_MS = 10_000; // after which the server is asked again, as at every later request

type Tile = [z: number, x: number, y: number];

/** Share of the world's square from the west, and from the north (web Mercator). */
const across = (longitude: number): number => (longitude + 180) / 360;
const down = (latitude: number): number =>
  (1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2;

/** The tiles, none deeper than `deepest`, of the view that the map opens with: the frame fitted into the element. */
function firstTiles([west, south, east, north]: Frame, element: HTMLElement, padding: number, deepest: number): Tile[] {
  const { clientWidth: width, clientHeight: height } = element;
  const [left, right, top, bottom] = [across(west), across(east), down(north), down(south)];
  const scale = Math.min((width - 2 * padding) / (right - left), (height - 2 * padding) / (bottom - top));
  const zoom = Math.min(Math.log2(scale / TILE), OPENING_ZOOM);
  const z = Math.min(Math.floor(zoom), deepest);
  if (!Number.isFinite(zoom) || z < 0) return [];
  const world = TILE * 2 ** zoom;
  const side = 2 ** z;
  const range = (middle: number, pixels: number): number[] => {
    const [from, to] = [middle - pixels / world / 2, middle + pixels / world / 2].map((share) =>
      Math.min(side - 1, Math.max(0, Math.floor(share * side))),
    ) as [number, number];
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  };
  const columns = range((left + right) / 2, width);
  const rows = range((top + bottom) / 2, height);
  return columns.flatMap((x) => rows.map((y): Tile => [z, x, y]));
}

/** Tiles of sites that came ahead, by address: the map takes each from here once, and asks the server ever after. */
const waiting = new Map<string, string>();

/** Where the map gets a tile from: what has just come ahead for this view, else its address. */
export function placeOf(address: string): string {
  const here = waiting.get(address);
  waiting.delete(address);
  return here ?? address;
}

/** Hold a tile for a moment: whoever took it meanwhile has as long again to read it, then it is gone from memory. */
function hold(address: string, tile: Blob): void {
  const here = URL.createObjectURL(tile);
  waiting.set(address, here);
  setTimeout(() => waiting.delete(address), FRESH_MS);
  setTimeout(() => URL.revokeObjectURL(here), 2 * FRESH_MS);
}

const addressOf = (template: string, [z, x, y]: Tile): string =>
  template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));

/**
 * The ground goes into the browser's own store, which may keep it for an hour. Tiles of sites may not be kept: they are
 * handed to the map as it opens, a moment later, and forgotten.
 */
export function fetchAhead(config: MapConfig, element: HTMLElement, view: View): void {
  if (location.hash.includes("carte=") || config.baseTilesUrl) return;
  const addresses = (template: string, query: URLSearchParams, deepest: number): string[] => {
    const tiles = firstTiles(config.bounds, element, paddingOf(config), deepest);
    return tiles.length > MOST ? [] : tiles.map((tile) => addressOf(tileAddress(template, query), tile));
  };
  // The map asks again for what does not come, and says so then.
  const silent = (): undefined => undefined;
  const sites = siteTiles(config, view);
  for (const address of sites ? addresses(sites, scopedQuery(config, view), DEEPEST.sites) : []) {
    fetch(address).then(async (answer) => {
      if (answer.ok) hold(address, await answer.blob());
    }).catch(silent);
  }
  const version = new URLSearchParams(config.version ? { v: config.version } : {});
  const ground = [
    ...(config.territoriesUrl ? addresses(config.territoriesUrl.replace("{kind}", "tous"), version, DEEPEST.territories) : []),
    ...(config.groundUrl ? addresses(config.groundUrl, version, DEEPEST.ground) : []),
  ];
  for (const address of ground) fetch(address, { priority: "low" }).catch(silent);
}

/**
 * The first drawing on a device waits until its graphics have started, a quarter of a second on a small telephone. A
 * worker asks for them while the map's code is on its way, so that nothing waits. Returns what ends the worker.
 */
export function wakeGraphics(): () => void {
  if (!("OffscreenCanvas" in window)) return () => undefined;
  const source = URL.createObjectURL(new Blob(["new OffscreenCanvas(1, 1).getContext('webgl2')"], { type: "text/javascript" }));
  const worker = new Worker(source);
  return () => {
    worker.terminate();
    URL.revokeObjectURL(source);
  };
}
