// The capture page. It starts without a network, from what its service worker has pinned.
import type { App } from "./app";
import type { Contact } from "./sending";
import { activation, door, welcome } from "./screens/door";
import { listScreen } from "./screens/list";
import { rateScreen } from "./screens/rate";
import { fixScreen, sendingsScreen, telephoneScreen } from "./screens/tray";
import { Session } from "./session";
import { readWords } from "./words";

const LOCK_AFTER = 15 * 60 * 1000; // out of sight
const RETRIES = [5_000, 15_000, 60_000];

class Telephone implements App {
  contact: Contact | null = null;
  private tries = 0;
  private timer = 0;
  private hiddenAt = 0;
  private drawn = "";
  private turn = 0;

  constructor(readonly session: Session) {
    addEventListener("hashchange", this.route);
    addEventListener("online", this.online);
    document.addEventListener("visibilitychange", this.seen);
  }

  // What `go` has drawn already is not drawn again when the browser tells of the new address.
  private readonly route = (): void => {
    if (location.hash.slice(1) !== this.drawn) void this.again();
  };
  private readonly online = (): void => void this.meet();
  private readonly seen = (): void => {
    if (document.hidden) this.hiddenAt = Date.now();
    else if (this.hiddenAt && Date.now() - this.hiddenAt > LOCK_AFTER) this.close();
    else void this.meet();
  };

  go(hash: string): void {
    location.hash = hash;
    void this.again(); // at once: a second tap must not meet the screen that was answered
  }

  async again(): Promise<void> {
    this.drawn = location.hash.slice(1);
    const turn = ++this.turn;
    const [name, ...rest] = location.hash.slice(1).split("/");
    if (name === "coter") return rateScreen(this, rest[0] ?? "", rest[1] ?? "", rest[2] === undefined ? NaN : Number(rest[2]));
    const screens = new Map([["envois", sendingsScreen], ["corriger", fixScreen], ["telephone", telephoneScreen]]);
    const draw = await (screens.get(name ?? "") ?? listScreen)(this);
    // Reading took its time: what was asked for since must not be covered by what was read before, or a site is rated twice.
    if (turn === this.turn) draw();
  }

  async meet(): Promise<void> {
    clearTimeout(this.timer);
    this.contact = await this.session.meet();
    if (this.contact.kind === "offline") {
      this.timer = window.setTimeout(() => void this.meet(), RETRIES[Math.min(this.tries, RETRIES.length - 1)] ?? 60_000);
      this.tries += 1;
      void wake();
    } else this.tries = 0;
    const name = location.hash.slice(1).split("/")[0];
    // A question under somebody's finger is not drawn again, nor is what was just written down.
    const busy = document.querySelector("[data-kept], dialog[open], input:focus, textarea:focus");
    if (name !== "coter" && name !== "telephone" && !busy) await this.again();
  }

  close(): void {
    clearTimeout(this.timer);
    removeEventListener("hashchange", this.route);
    removeEventListener("online", this.online);
    document.removeEventListener("visibilitychange", this.seen);
    history.replaceState(null, "", location.pathname);
    location.reload(); // nothing in clear stays in memory
  }
}

/** Ask the service worker to send when the network is back, even with the page closed, where the browser can. */
async function wake(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined;
  await registration?.sync?.register("envoyer").catch(() => undefined);
}

function opened(session: Session): void {
  const app = new Telephone(session);
  void app.again().then(() => app.meet());
}

async function start(): Promise<void> {
  readWords();
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/saisie/sw.js", { scope: "/saisie/" });
  void navigator.storage?.persist?.();
  const secret = /^#activer=([\w-]{20,})$/.exec(location.hash)?.[1];
  if (secret) return activation(secret, opened);
  const member = await Session.known();
  if (member !== null) return door(member, opened);
  await welcome(opened);
}

void start();
