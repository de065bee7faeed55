// What a page tells its map. The view writes it with json_script; see docs/design-system.md, "Map".
export interface MapConfig {
  /** Sites that the reader may see, cut from her scope: layers `points` and `clusters`. */
  tilesUrl?: string;
  /** Zones of a release: layer `zones` with name, status, l1…l4 (or n1…n4); defaults to the tiles of sites. */
  zonesUrl?: string;
  /** Outlines and names of territories, `{kind}` in the address: layers `territories` and `labels`; the page knows it. */
  territoriesUrl?: string;
  /** The product's own ground: layers `water`, `street`, `park`; the page knows it. */
  groundUrl?: string;
  /** Raster tiles of somebody else under everything, when the operator has set them. */
  baseTilesUrl?: string;
  baseTilesAttribution?: string;
  /** West, south, east, north, in degrees. */
  bounds: [number, number, number, number];
  /** Levels shown at first; 0 is « non coté ». */
  levels?: number[];
  /** HTML of the card of a site, `{key}` in the address. */
  cardUrl?: string;
  /** HTML of the list of the sites in view; gets bbox, niveaux and the page's filters. */
  listUrl?: string;
  /** Moves with the reader's rights and data, so that no tile of an older scope is shown. */
  version?: string;
  /** A place to show at once. */
  selected?: { key: string; lng: number; lat: number };
  /** Without filters, list and card: the small map of a page about one place. */
  small?: boolean;
}

export const LEVELS = [0, 1, 2, 3, 4] as const;
export const KINDS = ["departement", "commune", "iris", "qpv", "custom"] as const;
export type Kind = (typeof KINDS)[number];

export function readConfig(element: HTMLElement): MapConfig {
  const source = document.querySelector(element.dataset["config"] ?? "#map-config");
  if (!source?.textContent) throw new Error("The page carries no configuration for its map.");
  const { territories, ground } = element.dataset;
  const common: Partial<MapConfig> = {
    ...(territories && { territoriesUrl: territories.replace("/kind/0/0/0", "/{kind}/{z}/{x}/{y}") }),
    ...(ground && { groundUrl: ground.replace("/0/0/0", "/{z}/{x}/{y}") }),
  };
  return { ...common, ...(JSON.parse(source.textContent) as MapConfig) };
}

/** An address that tiles can take: absolute, with the version and the filters in the query. */
export function tileAddress(template: string, parameters: URLSearchParams): string {
  const address = template.startsWith("http") ? template : location.origin + template;
  const query = parameters.toString();
  return query ? `${address}${address.includes("?") ? "&" : "?"}${query}` : address;
}
