// Sends what waits, sealed as it is: no code is needed. A body goes only when the server has named its key and its hash.
import { dropWaiting, keepWaiting, outbox, settle, wipeList } from "./store";
import type { Outcome, State } from "./types";

const BATCH = 20;
const PATIENCE = 20_000; // milliseconds for an answer
const TRANSIENT = new Set(["retry", "damaged"]);
export type Contact = { kind: "done" } | { kind: "offline" } | { kind: "ended"; code: string; message: string };

interface Refusal { code: string; message: string }
interface Answer<T> { status: number; said: T }

/** A request to the telephone's own routes. Rejects without a network, when no answer comes, or when it was cut on its way. */
export async function ask<T>(name: string, said?: unknown): Promise<Answer<T>> {
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
    const content = await response.text();
    // A web server in front of the product refuses what is too large in words of its own.
    return { status: response.status, said: (response.status === 413 ? {} : JSON.parse(content)) as T };
  } finally {
    clearTimeout(timer);
  }
}

async function ended({ code, message }: Refusal): Promise<Contact> {
  if (code === "revoked") await wipeList();
  return { kind: "ended", code, message };
}

/** The list of sites; the state, or why there is none. */
export async function fetchState(): Promise<State | Contact> {
  try {
    const answer = await ask<State | Refusal>("etat");
    if (answer.status === 200) return answer.said as State;
    if (answer.status === 401) return await ended(answer.said as Refusal);
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
    let answer: Answer<Refusal & { outcomes: Outcome[] }>;
    try {
      answer = await ask("cotations", { items: items.map(({ key, sha256, sealed }) => ({ key, sha256, sealed })) });
    } catch {
      return { kind: "offline" };
    }
    if (answer.status === 401) return ended(answer.said);
    if (answer.status === 413 && batch > 1) {
      batch = Math.ceil(batch / 2);
      continue;
    }
    if (answer.status !== 200 || !(await note(answer.said.outcomes, items))) return { kind: "offline" };
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
