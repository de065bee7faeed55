// The map itself, with MapLibre: loaded after the list, so that the page is usable before it.
import { AttributionControl, GeolocateControl, type GeoJSONSource, Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { Engine, Frame, Hooks, MapConfig, Place, View } from "./config";
import { OPENING_ZOOM, paddingOf } from "./config";
import { buildStyle, focused } from "./style";
import { forgetSymbols, serveSymbols } from "./symbols";

const CLICKABLE = ["points", "facts-points", "clusters", "zones-fill", "zones-withheld"];
const SITES = ["points", "facts-points"];
const NARROW = 960;

function controls(map: MapLibre, config: MapConfig, words: DOMStringMap): void {
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  if (!config.small) {
    map.addControl(new GeolocateControl({ positionOptions: { enableHighAccuracy: true }, fitBoundsOptions: { maxZoom: 16 } }), "top-right");
    map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
  }
  map.addControl(new AttributionControl({ compact: true, customAttribution: words["attribution"] ?? "" }), "bottom-right");
}

const locale = (words: DOMStringMap): Record<string, string> => ({
  "NavigationControl.ZoomIn": words["zoomIn"] ?? "",
  "NavigationControl.ZoomOut": words["zoomOut"] ?? "",
  "GeolocateControl.FindMyLocation": words["locate"] ?? "",
  "GeolocateControl.LocationNotAvailable": words["noPlace"] ?? "",
  "AttributionControl.ToggleAttribution": words["sources"] ?? "",
  "Map.Title": words["title"] ?? "",
});

function placeOf(feature: MapGeoJSONFeature): Place | null {
  if (feature.geometry.type !== "Point") return null;
  const [lng, lat] = feature.geometry.coordinates;
  const key = (feature.properties as Record<string, unknown>)["key"] ?? feature.id;
  return key === undefined || lng === undefined || lat === undefined ? null : { key: String(key), lng, lat };
}

function pointer(map: MapLibre, hooks: Hooks): void {
  map.on("click", (event: MapMouseEvent) => {
    // A finger is wider than a pointer: look around the point, the gravest symbol first.
    const { x, y } = event.point;
    const layers = CLICKABLE.filter((layer) => map.getLayer(layer));
    const feature = map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers })[0];
    if (!feature) return;
    if (feature.layer.id.startsWith("zones")) return hooks.picked({ key: String(feature.id), ...event.lngLat });
    const place = placeOf(feature);
    if (!place) return;
    if (feature.layer.id === "clusters") map.easeTo({ center: [place.lng, place.lat], zoom: Math.min(map.getZoom() + 2.2, 18) });
    else hooks.picked(place);
  });
  for (const layer of CLICKABLE) {
    map.on("mouseenter", layer, (event) => {
      map.getCanvas().style.cursor = "pointer";
      const feature = event.features?.[0];
      if (feature && SITES.includes(layer)) hooks.pointed(placeOf(feature)?.key ?? null);
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().style.cursor = "";
      hooks.pointed(null);
    });
  }
}

export function mount(element: HTMLElement, config: MapConfig, first: View, hooks: Hooks): Engine {
  const words = element.dataset;
  setWorkerUrl(words["worker"] ?? "");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let view = first;
  let chosen: Place | null = null;
  let over: Place | null = null;
  const style = () => buildStyle(config, view, focused(chosen, over));
  const map = new MapLibre({
    container: element,
    style: style(),
    bounds: config.bounds,
    fitBoundsOptions: { padding: paddingOf(config), maxZoom: OPENING_ZOOM },
    hash: config.small ? false : "carte",
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    maxZoom: 19,
    cooperativeGestures: config.small ?? false,
    locale: locale(words),
    transformRequest: (url, kind) => ({ url: kind === "Tile" ? hooks.placeOf(url) : url }),
    fadeDuration: still ? 0 : 200,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  serveSymbols(map);
  controls(map, config, words);
  pointer(map, hooks);
  // The page came with the list of the whole: while the map settles, only a move by the reader asks for another.
  let settled = false;
  let moved = false;
  map.on("load", () => {
    settled = true;
    hooks.ready();
    if (moved) hooks.moved();
  });
  map.on("moveend", (event) => {
    if (settled) hooks.moved();
    else moved ||= "originalEvent" in event && event.originalEvent !== undefined;
  });
  map.on("error", (event) => {
    console.error(`The map: ${event.error.message}`);
    document.getElementById("map-problem")?.removeAttribute("hidden");
  });
  const focus = (): void => {
    const source = map.getSource<GeoJSONSource>("focus");
    source?.setData(focused(chosen, over));
  };
  // The sheet of a phone covers the lower part.
  const padding = () => ({ top: 0, left: 0, right: 0, bottom: innerWidth <= NARROW && !config.small ? innerHeight * 0.4 : 0 });
  return {
    frame: () => {
      const bounds = map.getBounds();
      return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] as Frame;
    },
    show: (next) => {
      view = next;
      map.setStyle(style());
    },
    repaint: () => {
      forgetSymbols(map);
      map.setStyle(style(), { diff: false });
    },
    goTo: (place) => {
      map.flyTo({ center: [place.lng, place.lat], zoom: Math.max(map.getZoom(), 15), padding: padding(), animate: !still, maxDuration: 900 });
    },
    fit: (frame) => {
      map.fitBounds(frame, { padding: paddingOf(config), maxZoom: 16, animate: !still, maxDuration: 900 });
    },
    select: (place) => {
      chosen = place && !Number.isNaN(place.lng) ? place : null;
      focus();
    },
    point: (place) => {
      over = place;
      focus();
    },
  };
}
