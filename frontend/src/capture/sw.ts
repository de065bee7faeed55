// Pinned files, nothing else: the capture page and what it loads, of one version, whole or not at all. No answer of the
// server is ever kept here, and no other page is served.
import { send } from "./sending";

declare const PINNED: { version: string; files: string[] };
interface Extendable extends Event { waitUntil(work: Promise<unknown>): void }
interface Fetch extends Extendable { request: Request; respondWith(response: Promise<Response>): void }
interface Sync extends Extendable { tag: string }
const worker = self as unknown as { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> }; addEventListener(name: string, heard: (event: never) => void): void };

const PREFIX = "orsen-saisie-";
const cacheName = PREFIX + PINNED.version;
const HOME = "/saisie/";

worker.addEventListener("install", (event: Extendable) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(PINNED.files.map((file) => new Request(file, { cache: "reload" })))).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event: Extendable) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== cacheName).map((name) => caches.delete(name)))).then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event: Fetch) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/saisie/api/")) return;
  const wanted = request.mode === "navigate" ? (url.pathname === HOME ? HOME : "") : url.pathname;
  if (!PINNED.files.includes(wanted)) return;
  event.respondWith(caches.open(cacheName).then((cache) => cache.match(wanted)).then((kept) => kept ?? fetch(request)));
});

// What waits is sealed: it can leave without the person's code.
worker.addEventListener("sync", (event: Sync) => {
  if (event.tag === "envoyer") event.waitUntil(send().then((contact) => (contact.kind === "offline" ? Promise.reject(new Error("offline")) : undefined)));
});
