// The layers of the map: ground, territories, zones, sites. Text is drawn with the page's own font.
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { DEEPEST, FACTS_VIEW, type Kind, LEVELS_VIEW, MARKS, type MapConfig, type Place, scopedQuery, siteTiles, tileAddress, type View } from "./config";
import { colour } from "./symbols";

const FONT = ["Orsen Carte"];
const STRONG = ["Orsen Carte Semibold"];
/** Outlines that would only be noise from further away. */
const MIN_ZOOM: Record<Kind, number> = { departement: 0, commune: 8, iris: 13, qpv: 10, custom: 8 };

/** What a ring counts at a level. */
const count = (level: number): ExpressionSpecification => ["coalesce", ["get", `l${level}`], 0];
const sum = (levels: readonly number[]): ExpressionSpecification => (levels.length ? ["+", 0, ...levels.map(count)] : ["literal", 0]) as unknown as ExpressionSpecification;

function sources(config: MapConfig, view: View): Record<string, SourceSpecification> {
  const version = new URLSearchParams(config.version ? { v: config.version } : {});
  const scoped = scopedQuery(config, view);
  const vector = (url: string, parameters: URLSearchParams, maxzoom: number): SourceSpecification => ({
    type: "vector", tiles: [tileAddress(url, parameters)], minzoom: 0, maxzoom,
  });
  const all: Record<string, SourceSpecification> = {};
  if (config.baseTilesUrl) {
    all["base"] = { type: "raster", tiles: [tileAddress(config.baseTilesUrl, new URLSearchParams())], tileSize: 256, attribution: config.baseTilesAttribution ?? "" };
  }
  if (config.territoriesUrl) {
    all["territories"] = vector(config.territoriesUrl.replace("{kind}", "tous"), version, DEEPEST.territories);
  }
  if (config.groundUrl && !config.baseTilesUrl) all["ground"] = vector(config.groundUrl, version, DEEPEST.ground);
  const tiles = siteTiles(config, view);
  if (tiles) all["sites"] = vector(tiles, scoped, DEEPEST.sites);
  if (config.interventionsUrl && view.query.has("anneau")) {
    all["interventions"] = { type: "geojson", data: tileAddress(config.interventionsUrl, new URLSearchParams([...version, ...view.query])) };
  }
  if (config.zonesUrl) all["zones"] = vector(config.zonesUrl, scoped, DEEPEST.zones);
  return all;
}

const ROUND = { "line-join": "round", "line-cap": "round" } as const;

/** Water, parks and streets of the product's own ground. */
function land(): LayerSpecification[] {
  const width = (scale: number): ExpressionSpecification =>
    ["interpolate", ["exponential", 1.5], ["zoom"], 8, ["*", scale, ["match", ["get", "rank"], 1, 0.9, 2, 0.5, 0.3]], 12, ["*", scale, ["match", ["get", "rank"], 1, 2.2, 2, 1.3, 0.6]], 17, ["*", scale, ["match", ["get", "rank"], 1, 16, 2, 11, 7]]];
  const line = (id: string, layer: string, paint: object): LayerSpecification =>
    ({ id, type: "line", source: "ground", "source-layer": layer, filter: ["==", ["geometry-type"], "LineString"], layout: ROUND, paint }) as LayerSpecification;
  return [
    { id: "park", type: "fill", source: "ground", "source-layer": "park", paint: { "fill-color": colour("map-park") } },
    { id: "water", type: "fill", source: "ground", "source-layer": "water", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour("map-water") } },
    line("water-line", "water", { "line-color": colour("map-water"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1.5, 14, 6] }),
    line("street-edge", "street", { "line-color": colour("map-street-line"), "line-width": width(1.3) }),
    line("street", "street", { "line-color": colour("map-street"), "line-width": width(1) }),
  ];
}

function ground(config: MapConfig): LayerSpecification[] {
  const layers: LayerSpecification[] = [{ id: "land", type: "background", paint: { "background-color": colour("map-land") } }];
  if (config.baseTilesUrl) layers.push({ id: "base", type: "raster", source: "base", paint: { "raster-saturation": -0.6, "raster-opacity": 0.85 } });
  if (config.groundUrl && !config.baseTilesUrl) layers.push(...land());
  if (!config.territoriesUrl) return layers;
  const line = (kind: Kind, paint: object): LayerSpecification =>
    ({ id: kind, type: "line", source: "territories", "source-layer": `territories-${kind}`, minzoom: MIN_ZOOM[kind], layout: ROUND, paint }) as LayerSpecification;
  layers.push(
    line("iris", { "line-color": colour("map-border"), "line-width": 0.6, "line-opacity": 0.55, "line-dasharray": [1, 3] }),
    line("commune", { "line-color": colour("map-border"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 14, 1.4], "line-opacity": 0.75 }),
    line("departement", { "line-color": colour("map-border"), "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1.2, 14, 3] }),
    { id: "qpv-fill", type: "fill", source: "territories", "source-layer": "territories-qpv", minzoom: MIN_ZOOM.qpv, paint: { "fill-color": colour("map-neighbourhood"), "fill-opacity": 0.09 } },
    line("qpv", { "line-color": colour("map-neighbourhood"), "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.8, 15, 2.2] }),
    line("custom", { "line-color": colour("brand"), "line-width": 1.6, "line-dasharray": [4, 2] }),
  );
  return layers;
}

function names(config: MapConfig): LayerSpecification[] {
  if (config.baseTilesUrl) return [];
  const paint = { "text-color": colour("map-label"), "text-halo-color": colour("map-halo"), "text-halo-width": 1.6 };
  const name = (kind: Kind, from: number, to: number, size: number, font: string[], color?: string): LayerSpecification =>
    ({ id: `${kind}-name`, type: "symbol", source: "territories", "source-layer": `labels-${kind}`, minzoom: from, maxzoom: to,
      layout: { "text-field": ["get", "name"], "text-font": font, "text-size": size, "text-max-width": 8, "text-padding": 6 },
      paint: color ? { ...paint, "text-color": color } : paint }) as LayerSpecification;
  const along = (id: string, layer: string, from: number, size: number, own: object): LayerSpecification =>
    ({ id, type: "symbol", source: "ground", "source-layer": layer, minzoom: from, filter: ["all", ["==", ["geometry-type"], "LineString"], ["!=", ["get", "name"], ""]],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": size, "symbol-spacing": 360 }, paint: { ...paint, ...own } }) as LayerSpecification;
  return [
    ...(config.groundUrl ? [along("street-name", "street", 14, 11.5, {}), along("water-name", "water", 10, 12, { "text-color": colour("info") })] : []),
    ...(config.territoriesUrl ? [name("qpv", 12, 24, 12, STRONG, colour("map-neighbourhood")), name("commune", 9, 15, 13, STRONG), name("departement", 0, 9, 15, STRONG)] : []),
  ];
}

/** What a layer shows of facts: warmth from afar, the sites with their number from near. */
function facts(view: View): LayerSpecification[] {
  const ramp = (from: number, name: string): [number, string] => [from, colour(name)];
  return [
    { id: "facts-heat", type: "heatmap", source: "sites", "source-layer": "facts", maxzoom: 15,
      paint: {
        "heatmap-weight": ["interpolate", ["linear"], ["get", "n"], 0, 0, 40, 1],
        "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 8, 0.6, 14, 2.4],
        "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 8, 14, 14, 42],
        "heatmap-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.85, 15, 0.2],
        "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0,0,0,0)", ...ramp(0.15, "level-1"), ...ramp(0.4, "level-2"), ...ramp(0.7, "level-3"), ...ramp(1, "level-4")],
      } },
    { id: "facts-points", type: "symbol", source: "sites", "source-layer": "facts", minzoom: 13, filter: ["in", ["get", "level"], ["literal", [...view.marks]]],
      layout: {
        "icon-image": ["concat", "level-", ["to-string", ["get", "level"]]], "icon-size": 0.72, "icon-allow-overlap": true, "icon-ignore-placement": true,
        "text-field": ["number-format", ["get", "n"], { locale: document.documentElement.lang }], "text-font": STRONG, "text-size": 12, "text-offset": [0, 1.35], "text-allow-overlap": true, "symbol-sort-key": ["get", "n"],
      },
      paint: { "text-color": colour("ink"), "text-halo-color": colour("map-halo"), "text-halo-width": 2 } },
  ];
}

/** Interventions and their rings. */
function interventions(): LayerSpecification[] {
  const part = (name: string): ExpressionSpecification => ["==", ["get", "part"], name];
  return [
    { id: "rings-fill", type: "fill", source: "interventions", filter: part("ring"), paint: { "fill-color": colour("info"), "fill-opacity": 0.08 } },
    { id: "rings", type: "line", source: "interventions", filter: part("ring"), paint: { "line-color": colour("info"), "line-width": 1.8, "line-dasharray": [3, 2] } },
    { id: "interventions", type: "symbol", source: "interventions", minzoom: 9, filter: part("point"),
      layout: { "icon-image": "intervention", "icon-offset": [22, -22], "icon-allow-overlap": true, "icon-ignore-placement": true } },
  ];
}

/** Zones: the darker, the larger the share of their sites at levels 3 and 4; hatched where the figures are withheld. */
function zones(): LayerSpecification[] {
  const told: ExpressionSpecification = ["!=", ["get", "status"], "withheld"];
  const withheld: ExpressionSpecification = ["==", ["get", "status"], "withheld"];
  const point: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
  const of = { source: "zones", "source-layer": "zones" };
  return [
    { id: "zones-fill", type: "fill", ...of, filter: told, paint: { "fill-color": colour("level-4"), "fill-opacity": ["interpolate", ["linear"], ["get", "high"], 0, 0.08, 100, 0.72] } },
    { id: "zones-withheld", type: "fill", ...of, filter: withheld, paint: { "fill-pattern": "hatch", "fill-opacity": 0.8 } },
    { id: "zones-line", type: "line", ...of, paint: { "line-color": colour("level-line"), "line-width": 1.4 } },
    { id: "zones-share", type: "symbol", ...of, filter: ["all", point, told],
      layout: {
        "text-field": ["concat", ["number-format", ["get", "high"], { locale: document.documentElement.lang }], "\u00a0%"],
        "text-font": STRONG, "text-size": 14, "text-padding": 4, "symbol-sort-key": ["-", 0, ["get", "high"]],
      },
      paint: { "text-color": colour("ink"), "text-halo-color": colour("map-halo"), "text-halo-width": 2.2 } },
    { id: "zones-masked", type: "symbol", ...of, filter: ["all", point, withheld], layout: { "icon-image": "withheld", "icon-allow-overlap": true } },
  ];
}

/** Sites: rings of counts from afar, the shape of the level or the view's mark from near; the gravest on top. */
function sites(config: MapConfig, view: View): LayerSpecification[] {
  const levels = view.marks;
  const shown = sum(levels);
  const parts = MARKS.map((level): ExpressionSpecification =>
    levels.includes(level) ? ["to-string", ["ceil", ["/", ["*", 16, count(level)], ["max", 1, shown]]]] : ["literal", "0"] as unknown as ExpressionSpecification);
  const ring = parts.flatMap((part) => ["-", part]);
  const radius: ExpressionSpecification = ["step", shown, "14", 10, "17", 50, "21", 250, "26"];
  const circle = (id: string, source: string, layer: string, filter: ExpressionSpecification): LayerSpecification => ({
    id, type: "symbol", source, "source-layer": layer, filter,
    layout: {
      "icon-image": ["concat", `donut-${view.name.replace("-", "_")}-`, radius, ...ring] as unknown as ExpressionSpecification,
      "icon-allow-overlap": true, "icon-ignore-placement": true, "text-allow-overlap": true,
      "text-field": ["number-format", shown, { locale: document.documentElement.lang }], "text-font": STRONG, "text-size": ["step", shown, 11, 100, 11.5, 1000, 11],
      "symbol-sort-key": shown,
    },
    paint: { "text-color": colour("ink") },
  });
  const some: ExpressionSpecification = [">", shown, 0];
  const layers: LayerSpecification[] = [];
  if (config.zonesUrl) layers.push(...zones());
  if (!siteTiles(config, view)) return layers;
  if (view.name === FACTS_VIEW) return [...layers, ...facts(view)];
  const icon = view.name === LEVELS_VIEW ? "level-" : `mark-${view.name}-`;
  layers.push(
    { id: "points", type: "symbol", source: "sites", "source-layer": "points", filter: ["in", ["get", "level"], ["literal", [...levels]]],
      layout: {
        "icon-image": ["concat", icon, ["to-string", ["get", "level"]]], "icon-allow-overlap": true, "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.62, 13, 0.86, 17, 1.15], "symbol-sort-key": ["get", "level"],
      } },
    circle("clusters", "sites", "clusters", some),
  );
  return layers;
}

/** The place that is chosen and the one that the pointer or the focus is on, for the source that shows them. */
export function focused(chosen: Place | null, over: Place | null): GeoJSON.FeatureCollection {
  const marked: [string, Place | null][] = [["over", over], ["chosen", chosen]];
  return {
    type: "FeatureCollection",
    features: marked.flatMap(([role, place]) => place ? [{ type: "Feature" as const, properties: { role }, geometry: { type: "Point" as const, coordinates: [place.lng, place.lat] } }] : []),
  };
}

function focus(): LayerSpecification[] {
  const circle = (role: string, radius: number, opacity: number): LayerSpecification => ({
    id: role, type: "circle", source: "focus", filter: ["==", ["get", "role"], role],
    paint: { "circle-radius": radius, "circle-color": colour("focus"), "circle-opacity": opacity, "circle-stroke-color": colour("focus"), "circle-stroke-width": 2.5 },
  });
  return [circle("over", 17, 0.12), circle("chosen", 22, 0.28)];
}

export function buildStyle(config: MapConfig, view: View, places: GeoJSON.FeatureCollection): StyleSpecification {
  const all = sources(config, view);
  all["focus"] = { type: "geojson", data: places };
  const rings = all["interventions"] ? interventions() : [];
  return { version: 8, sources: all, layers: [...ground(config), ...rings.slice(0, 2), ...names(config), ...focus(), ...sites(config, view), ...rings.slice(2)] };
}
