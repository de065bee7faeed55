// The person at the telephone, once her code has opened the vault: her list, what she rates, what waits.
import { lock, makeVault, newSalt, openVault, seal, unlock } from "./crypto";
import { type Contact, ask, fetchState, send } from "./sending";
import { currentMember, keepWaiting, outbox, readList, readVault, receipts, replaceWaiting, setCurrentMember, wipeList, wipeVault, writeList, writeVault } from "./store";
import { commonLevel, suggestOn } from "./suggestion";
import type { Body, Campaign, Criteria, Memo, Receipt, Site, State, Waiting } from "./types";

const MOST_TRIES = 10;
const DAY = 24 * 3600 * 1000;
export type Shown<T> = T & { said: Memo | null };

export class Session {
  private constructor(readonly member: number, private readonly key: CryptoKey, public state: State | null) {}

  /** Whose telephone it is, or null for one that was never activated or was wiped. */
  static async known(): Promise<number | null> {
    const member = await currentMember();
    return member !== undefined && (await readVault(member)) ? member : null;
  }

  /** Open with the code. Null for a wrong one; after ten, the vault and the list are wiped ("wiped"). */
  static async open(member: number, code: string): Promise<Session | "wrong" | "wiped"> {
    const vault = await readVault(member);
    if (!vault) return "wiped";
    // Counted before it is tried, so that stopping the browser in between does not give another try.
    await writeVault({ ...vault, tries: vault.tries + 1 });
    let key: CryptoKey;
    try {
      key = await openVault(vault, code);
    } catch {
      if (vault.tries + 1 < MOST_TRIES) return "wrong";
      await wipeVault(member);
      return "wiped";
    }
    await writeVault({ ...vault, tries: 0 });
    const session = new Session(member, key, null);
    await session.readKept();
    return session;
  }

  /** Begin with a new code, with the list just received. */
  static async begin(state: State, code: string): Promise<Session> {
    const { vault, key } = await makeVault(state.member.id, code);
    await writeVault(vault);
    await setCurrentMember(state.member.id);
    const session = new Session(state.member.id, key, null);
    await session.keep(state);
    return session;
  }

  private async readKept(): Promise<void> {
    const kept = await readList();
    if (!kept || kept.member !== this.member) return;
    const age = Date.now() - Date.parse(kept.saved_at);
    if (age > kept.keep_days * DAY || age < -DAY) return wipeList();
    this.state = await unlock<State>(this.key, kept.locked);
  }

  private async keep(state: State): Promise<void> {
    this.state = state;
    await writeList({ member: this.member, locked: await lock(this.key, state), saved_at: state.at, keep_days: state.keep_days });
  }

  /** Send what waits, then take the newest list. */
  async meet(): Promise<Contact> {
    const sent = await send();
    if (sent.kind === "ended") return this.stopped(sent);
    const state = await fetchState();
    if ("kind" in state) return this.stopped(state);
    if (state.member.id !== this.member) return { kind: "ended", code: "other", message: "" };
    await this.keep(state);
    return sent;
  }

  /** A withdrawn access wipes the list (sending.ts). A session that ran out or was lost with its cookie does not: she goes on rating. */
  private stopped(contact: Contact): Contact {
    if (contact.kind === "ended" && contact.code === "revoked") this.state = null;
    return contact;
  }

  site(campaign: string, site: string): { campaign: Campaign; site: Site } | null {
    const part = this.state?.campaigns.find((each) => each.key === campaign);
    const found = part?.sites.find((each) => each.key === site);
    return part && found ? { campaign: part, site: found } : null;
  }

  /** Write the rating down; resolves when it is on the disk. `instead`: the refused one that it corrects. */
  async rate(campaign: Campaign, site: Site, said: Draft, instead?: string): Promise<void> {
    const state = this.state;
    if (!state) throw new Error("no list");
    const suggested = suggestOn(campaign.grid, said.criteria)?.level ?? 0;
    const level = said.level === suggested ? null : said.level;
    const body: Body = {
      v: 1, key: crypto.randomUUID(), salt: newSalt(), campaign: campaign.key, site: site.key, member: this.member,
      criteria: said.criteria, level, reason: level === null ? "" : said.reason, ticks: said.ticks,
      internal: said.internal, shared: said.shared, rated_at: new Date().toISOString(),
    };
    const memo: Memo = { body, siteName: site.name, level: commonLevel(campaign.grid, level ?? suggested) };
    const { sha256, sealed } = await seal(state.seal, body);
    const item: Waiting = { key: body.key, sha256, sealed, memo: await lock(this.key, memo), member: this.member, at: body.rated_at, state: "waiting" };
    await (instead ? replaceWaiting(instead, item) : keepWaiting(item));
  }

  private async said(member: number, memo: Waiting["memo"]): Promise<Memo | null> {
    if (member !== this.member) return null;
    try {
      return await unlock<Memo>(this.key, memo);
    } catch {
      return null; // written under a code since forgotten: it can still be sent or exported
    }
  }

  async waiting(): Promise<Shown<Waiting>[]> {
    return Promise.all((await outbox()).sort((a, b) => a.at.localeCompare(b.at)).map(async (item) => ({ ...item, said: await this.said(item.member, item.memo) })));
  }

  async receipts(): Promise<Shown<Receipt>[]> {
    return Promise.all((await receipts()).sort((a, b) => b.at.localeCompare(a.at)).map(async (item) => ({ ...item, said: await this.said(item.member, item.memo) })));
  }

  /** Leave: the session ends on the server where there is a network, the list and the key go; what waits stays sealed. */
  async leave(): Promise<void> {
    try {
      await ask("quitter", {});
    } finally {
      await wipeVault(this.member);
    }
  }
}

export interface Draft { criteria: Criteria; level: number | null; reason: string; ticks: string[]; internal: string; shared: string }
export const emptyDraft = (): Draft => ({ criteria: {}, level: null, reason: "", ticks: [], internal: "", shared: "" });
