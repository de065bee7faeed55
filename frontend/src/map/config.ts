// What a page tells its map. The view writes it with json_script; see docs/design-system.md, "Map".
export interface MapConfig {
  /** Sites that the reader may see, cut from her scope: layers `points` and `clusters`. */
  tilesUrl?: string;
  /** The same layers for the other views of the page, where `level` is the view's mark; `facts` for the heat of facts. */
  viewTilesUrl?: string;
  /** Zones of a release: layer `zones` with name, status, sites and high, the percentage of them at levels 3 and 4. */
  zonesUrl?: string;
  /** Outlines and names of territories, « tous » for `{kind}`: layers `territories-<kind>` and `labels-<kind>`; the page knows it. */
  territoriesUrl?: string;
  /** The product's own ground: layers `water`, `street`, `park`; the page knows it. */
  groundUrl?: string;
  /** Interventions and their rings, GeoJSON; asked for when the filter `anneau` is set. */
  interventionsUrl?: string;
  /** Raster tiles of somebody else under everything, when the operator has set them. */
  baseTilesUrl?: string;
  baseTilesAttribution?: string;
  /** West, south, east, north, in degrees. */
  bounds: Frame;
  /** Levels shown at first; 0 is « non coté ». */
  levels?: number[];
  /** HTML of the card of a site or of a zone, `{key}` in the address. */
  cardUrl?: string;
  /** HTML of the list of what is in view; gets bbox, niveaux and the page's filters. */
  listUrl?: string;
  /** HTML of the sites and places of a name; gets q. */
  searchUrl?: string;
  /** Moves with the reader's rights and data, so that no tile of an older scope is shown. */
  version?: string;
  /** A place to show at once. */
  selected?: Place;
  /** Without filters, list and card: the small map of a page about one place. */
  small?: boolean;
}

export type Frame = [number, number, number, number];

export interface Place {
  key: string;
  lng: number;
  lat: number;
}

/** What the reader has chosen to see. `query` goes to tiles and list; `marks` are the ticked entries of the legend. */
export interface View {
  name: string;
  marks: number[];
  query: URLSearchParams;
}

/** What the map tells the page. */
export interface Hooks {
  ready(): void;
  moved(): void;
  picked(place: Place): void;
  pointed(key: string | null): void;
  /** Where to get a tile from: what the page fetched ahead for the map's first view, else the address itself. */
  placeOf(address: string): string;
}

/** What the page asks of the map, once it has been loaded. */
export interface Engine {
  frame(): Frame;
  show(view: View): void;
  repaint(): void;
  goTo(place: Place): void;
  fit(frame: Frame): void;
  select(place: Place | null): void;
  point(place: Place | null): void;
}

/** As near as the map goes to show a frame when it opens. */
export const OPENING_ZOOM = 15;
/** The deepest zoom at which tiles are asked for; nearer ones are drawn from it. */
export const DEEPEST = { territories: 14, zones: 14, ground: 15, sites: 16 } as const;
export const LEVELS_VIEW = "niveaux";
export const FACTS_VIEW = "faits";
export const MARKS = [0, 1, 2, 3, 4] as const;
export type Kind = "departement" | "commune" | "iris" | "qpv" | "custom";

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

/** Pixels between the frame that a page shows and the edge of its map. */
export const paddingOf = (config: MapConfig): number => (config.small ? 16 : 28);

/** The levels of today come from the tiles of sites; every other view from tiles of its own. */
export function siteTiles(config: MapConfig, view: View): string | undefined {
  const today = view.name === LEVELS_VIEW && !view.query.has("campagne");
  return today || !config.viewTilesUrl ? config.tilesUrl : config.viewTilesUrl;
}

/** What tiles of sites and zones are asked with. */
export function scopedQuery(config: MapConfig, view: View): URLSearchParams {
  const query = new URLSearchParams([...(config.version ? [["v", config.version]] : []), ...view.query] as [string, string][]);
  query.delete("anneau");
  return query;
}
