// Sends what waits, sealed as it is: no code is needed. A body goes only when the server has named its key and its hash.
import { dropWaiting, keepWaiting, outbox, settle, wipeList } from "./store";
import type { Outcome, State } from "./types";

const BATCH = 20;
const PATIENCE = 20_000; // milliseconds for an answer
const TRANSIENT = new Set(["retry", "damaged"]);
export type Contact = { kind: "done" } | { kind: "offline" } | { kind: "ended"; code: string; message: string };

/** A request to the telephone's own routes. Rejects without a network, or when no answer comes. */
export async function ask(name: string, said?: unknown): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const request: RequestInit = { headers: { "X-Orsen-Capture": "1" }, credentials: "same-origin", cache: "no-store", signal: stop.signal };
    if (said !== undefined) {
      request.method = "POST";
      request.body = JSON.stringify(said);
      request.headers = { ...request.headers, "Content-Type": "application/json" };
    }
    const response = await fetch(`/saisie/api/${name}`, request);
    const content = await response.text(); // a connection cut in the middle of the answer counts as no answer
    return new Response(content, { status: response.status, headers: response.headers });
  } finally {
    clearTimeout(timer);
  }
}

async function ended(response: Response): Promise<Contact> {
  const said = (await response.json()) as { code: string; message: string };
  if (said.code === "revoked") await wipeList();
  return { kind: "ended", code: said.code, message: said.message };
}

/** The list of sites; the state, or why there is none. */
export async function fetchState(): Promise<State | Contact> {
  try {
    const response = await ask("etat");
    if (response.status === 200) return (await response.json()) as State;
    if (response.status === 401) return ended(response);
  } catch {
    // no network, or the answer was cut: the kept list serves
  }
  return { kind: "offline" };
}

/** One sender at a time, whichever window or worker asks. */
export async function send(): Promise<Contact> {
  if (!("locks" in navigator)) return sendAll();
  return navigator.locks.request("orsen-saisie-envoi", sendAll);
}

async function sendAll(): Promise<Contact> {
  let batch = BATCH;
  for (;;) {
    const waiting = (await outbox()).filter((item) => item.state === "waiting").sort((a, b) => a.at.localeCompare(b.at));
    const items = waiting.slice(0, batch);
    if (!items.length) return { kind: "done" };
    let response: Response;
    try {
      response = await ask("cotations", { items: items.map(({ key, sha256, sealed }) => ({ key, sha256, sealed })) });
    } catch {
      return { kind: "offline" };
    }
    if (response.status === 401) return ended(response);
    if (response.status === 413 && batch > 1) {
      batch = Math.ceil(batch / 2);
      continue;
    }
    if (response.status !== 200) return { kind: "offline" };
    const { outcomes } = (await response.json()) as { outcomes: Outcome[] };
    if (!(await note(outcomes, items))) return { kind: "offline" };
  }
}

/** Write down what became of each item; false when nothing moved, so that a loop cannot spin. */
async function note(outcomes: Outcome[], items: Awaited<ReturnType<typeof outbox>>): Promise<boolean> {
  let moved = false;
  for (const item of items) {
    const told = outcomes.find((each) => each.key === item.key && each.sha256 === item.sha256);
    if (!told || TRANSIENT.has(told.code)) continue;
    moved = true;
    if (told.outcome === "refused") await keepWaiting({ ...item, state: "refused", code: told.code, message: told.message });
    else await settle({ key: item.key, sha256: item.sha256, outcome: told.outcome, message: told.message, memo: item.memo, member: item.member, at: new Date().toISOString() });
  }
  return moved;
}

export { dropWaiting };
