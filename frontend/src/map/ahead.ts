// Tiles of the ground, asked for before the map is there: while its code comes over a slow network, they come beside it.
import type { Frame, MapConfig, View } from "./config";
import { PADDING, scopedQuery, siteTiles, tileAddress } from "./config";

const TILE = 512; // pixels of a tile of MapLibre's world
const MOST = 6; // tiles of one source: a window that needs more has the network for it
const DEEPEST = 15; // as near as the map goes to show a frame

/** Share of the world's square from the west, and from the north (web Mercator). */
const across = (longitude: number): number => (longitude + 180) / 360;
const down = (latitude: number): number =>
  (1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2;

/** Tiles [z, x, y] of the view that the map opens with: the frame fitted into the element, as MapLibre fits it. */
export function firstTiles([west, south, east, north]: Frame, width: number, height: number): [number, number, number][] {
  const [left, right, top, bottom] = [across(west), across(east), down(north), down(south)];
  const scale = Math.min((width - 2 * PADDING) / (right - left), (height - 2 * PADDING) / (bottom - top));
  const zoom = Math.min(Math.log2(scale / TILE), DEEPEST);
  const z = Math.floor(zoom);
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
  return columns.flatMap((x) => rows.map((y): [number, number, number] => [z, x, y]));
}

const FRESH_MS = 10_000; // after which the server is asked again, as at every later request

/** Tiles of sites that came ahead, by address: the map takes each from here once, and asks the server ever after. */
const waiting = new Map<string, { here: string; since: number }>();

/** Where the map gets a tile from: what has just come ahead for this view, else its address. */
export function placeOf(address: string): string {
  const ahead = waiting.get(address);
  waiting.delete(address);
  return ahead && performance.now() - ahead.since < FRESH_MS ? ahead.here : address;
}

function addressOf(template: string, tile: readonly number[]): string {
  return tile.reduce((text, part, at) => text.replace(["{z}", "{x}", "{y}"][at] ?? "", String(part)), template);
}

/**
 * The ground goes into the browser's own store, which may keep it for an hour. Tiles of sites may not be kept: they are
 * handed to the map as it opens, a moment later, and forgotten.
 */
export function fetchAhead(config: MapConfig, element: HTMLElement, view: View): void {
  if (location.hash.includes("carte=") || config.baseTilesUrl) return;
  const tiles = firstTiles(config.bounds, element.clientWidth, element.clientHeight);
  if (tiles.length > MOST) return;
  const version = new URLSearchParams(config.version ? { v: config.version } : {});
  const sites = siteTiles(config, view);
  const scoped = sites && tileAddress(sites, scopedQuery(config, view));
  // The map asks again for what does not come, and says so then.
  const silent = (): undefined => undefined;
  for (const tile of tiles) {
    if (scoped) {
      const address = addressOf(scoped, tile);
      fetch(address).then(async (answer) => {
        if (answer.ok) waiting.set(address, { here: URL.createObjectURL(await answer.blob()), since: performance.now() });
      }).catch(silent);
    }
    for (const source of [config.territoriesUrl?.replace("{kind}", "tous"), config.groundUrl]) {
      if (source) fetch(addressOf(tileAddress(source, version), tile), { priority: "low" }).catch(silent);
    }
  }
}
