// The map of a page: <div id="map" data-config="#map-config"> and what stands beside it.
import { AttributionControl, GeolocateControl, Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { LEVELS, type MapConfig, readConfig } from "./config";
import { Panel, type Place } from "./panel";
import { Choice } from "./state";
import { buildStyle } from "./style";
import { forgetSymbols, serveSymbols } from "./symbols";

const CLICKABLE = ["points", "clusters", "zones-fill", "zones-withheld"];

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

/** The figures of a zone, said in the template that the page carries. */
function showZone(feature: MapGeoJSONFeature): void {
  const dialog = document.getElementById("zone-card");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const values = feature.properties as Record<string, string | number | undefined>;
  const withheld = values["status"] === "withheld";
  const title = dialog.querySelector("[data-zone-name]");
  if (title) title.textContent = String(values["name"] ?? "");
  dialog.querySelector("[data-zone-withheld]")?.toggleAttribute("hidden", !withheld);
  dialog.querySelector("[data-zone-figures]")?.toggleAttribute("hidden", withheld);
  for (const place of dialog.querySelectorAll<HTMLElement>("[data-zone-level]")) {
    const level = place.dataset["zoneLevel"] ?? "";
    const value = Number(values[`l${level}`] ?? values[`n${level}`] ?? 0);
    place.textContent = value.toLocaleString(document.documentElement.lang);
  }
  dialog.showModal();
}

function placeOf(feature: MapGeoJSONFeature): Place | null {
  if (feature.geometry.type !== "Point") return null;
  const [lng, lat] = feature.geometry.coordinates;
  const key = (feature.properties as Record<string, unknown>)["key"] ?? feature.id;
  return key === undefined || lng === undefined || lat === undefined ? null : { key: String(key), lng, lat };
}

function select(map: MapLibre, place: Place | null): void {
  if (!map.getLayer("selected")) return;
  const id = place ? Number(place.key) : -1;
  map.setFilter("selected", Number.isNaN(id) ? ["==", ["get", "key"], place?.key ?? ""] : ["==", ["id"], id]);
}

function clicks(map: MapLibre, panel: Panel | null): void {
  map.on("click", (event: MapMouseEvent) => {
    // A finger is wider than a pointer: look around the point, the gravest symbol first.
    const { x, y } = event.point;
    const layers = CLICKABLE.filter((layer) => map.getLayer(layer));
    const feature = map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers })[0];
    if (!feature) return;
    if (feature.layer.id.startsWith("zones")) return showZone(feature);
    const place = placeOf(feature);
    if (!place) return;
    if (feature.layer.id === "clusters") map.easeTo({ center: [place.lng, place.lat], zoom: Math.min(map.getZoom() + 2.2, 18) });
    else void panel?.open(place);
  });
  for (const layer of CLICKABLE) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}

function mount(element: HTMLElement): void {
  const config = readConfig(element);
  const words = element.dataset;
  setWorkerUrl(words["worker"] ?? "");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const root = document.querySelector<HTMLElement>("[data-map-panel]");
  const boxes = [...document.querySelectorAll<HTMLInputElement>("[data-map-levels] input[type=checkbox]")];
  if (config.levels) for (const box of boxes) box.checked = config.levels.includes(Number(box.value));
  let selected: Place | null = config.selected ?? null;

  const choice = new Choice(document.querySelector<HTMLFormElement>("#map-filters"), boxes, () => redraw());
  const levels = (): number[] => (boxes.length ? choice.levels : [...LEVELS]);
  const map = new MapLibre({
    container: element,
    style: buildStyle(config, levels(), choice.filters),
    bounds: config.bounds,
    fitBoundsOptions: { padding: config.small ? 16 : 28, maxZoom: 15 },
    hash: config.small ? false : "carte",
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    maxZoom: 19,
    cooperativeGestures: config.small ?? false,
    locale: locale(words),
    fadeDuration: still ? 0 : 200,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  serveSymbols(map);
  controls(map, config, words);

  const panel = root && !config.small
    ? new Panel(root, config, words, (place) => {
        selected = place;
        select(map, place);
        if (!place) return;
        const below = innerWidth <= 960 ? innerHeight * 0.4 : 0;
        map.flyTo({ center: [place.lng, place.lat], zoom: Math.max(map.getZoom(), 15), padding: { top: 0, left: 0, right: 0, bottom: below }, animate: !still, maxDuration: 900 });
      })
    : null;
  const query = (): URLSearchParams => {
    const parameters = choice.filters;
    if (boxes.length && !boxes.every((box) => box.checked)) parameters.set("niveaux", levels().join(","));
    return parameters;
  };

  let waiting = 0;
  const list = (): void => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void panel?.refresh(map, query()), 250);
  };
  function redraw(): void {
    map.setStyle(buildStyle(config, levels(), choice.filters));
    map.once("styledata", () => select(map, selected));
    list();
  }
  function repaint(): void {
    forgetSymbols(map);
    map.setStyle(buildStyle(config, levels(), choice.filters), { diff: false });
    map.once("styledata", () => select(map, selected));
  }
  // A phone has no room for what a desk shows at once.
  if (innerWidth <= 960) for (const fold of document.querySelectorAll(".legend, .map-filters")) fold.removeAttribute("open");
  list(); // the bounds are known before any tile is
  map.on("load", () => {
    select(map, selected);
    element.dataset["ready"] = "true";
  });
  map.on("moveend", list);
  map.on("error", (event) => {
    console.error(`The map: ${event.error.message}`);
    document.getElementById("map-problem")?.removeAttribute("hidden");
  });
  clicks(map, panel);
  document.addEventListener("orsen:theme", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

const element = document.getElementById("map");
if (element) {
  // The symbols are drawn with the page's font: wait for it, not for ever.
  const font = document.fonts.load('720 14px "Atkinson Hyperlegible Next"', "0123456789");
  void Promise.race([font, new Promise((resolve) => setTimeout(resolve, 1500))]).then(() => {
    try {
      mount(element);
    } catch (error) {
      console.error(error);
      document.getElementById("map-unable")?.removeAttribute("hidden");
    }
  });
}
