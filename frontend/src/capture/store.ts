// What the telephone keeps: IndexedDB, each record encrypted (crypto.ts). A write that has resolved is on the disk.
import type { Locked, Receipt, Waiting } from "./types";

export interface Vault { member: number; salt: Uint8Array<ArrayBuffer>; device: CryptoKey; wrapped: Locked; tries: number }
export interface KeptList { member: number; locked: Locked; saved_at: string; keep_days: number }

const NAME = "orsen-saisie";
const MOST_RECEIPTS = 200;
let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("meta");
      db.createObjectStore("vaults", { keyPath: "member" });
      db.createObjectStore("list");
      db.createObjectStore("outbox", { keyPath: "key" });
      db.createObjectStore("receipts", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
  return opened;
}

type Stores = Record<string, IDBObjectStore>;

/** One transaction over some stores; resolves with the work's result once everything is written. */
async function within<T>(names: string[], mode: IDBTransactionMode, work: (stores: Stores) => IDBRequest<T> | null): Promise<T | undefined> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, mode, { durability: "strict" });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    const request = work(stores);
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB"));
  });
}

const one = <T>(store: string, key: IDBValidKey): Promise<T | undefined> => within<T>([store], "readonly", (s) => s[store]!.get(key) as IDBRequest<T>);
const all = async <T>(store: string): Promise<T[]> => (await within<T[]>([store], "readonly", (s) => s[store]!.getAll() as IDBRequest<T[]>)) ?? [];
const write = async (store: string, value: unknown, key?: IDBValidKey): Promise<void> => {
  await within([store], "readwrite", (s) => (key === undefined ? s[store]!.put(value) : s[store]!.put(value, key)));
};

export const readVault = (member: number): Promise<Vault | undefined> => one<Vault>("vaults", member);
export const writeVault = (vault: Vault): Promise<void> => write("vaults", vault);
export const currentMember = (): Promise<number | undefined> => one<number>("meta", "member");
export const setCurrentMember = (member: number): Promise<void> => write("meta", member, "member");
export const readList = (): Promise<KeptList | undefined> => one<KeptList>("list", "state");
export const writeList = (list: KeptList): Promise<void> => write("list", list, "state");

/** Forget the sites and whose telephone it was; what waits to be sent stays, sealed. */
export async function wipeList(): Promise<void> {
  await within(["list", "receipts"], "readwrite", (s) => {
    s["list"]!.clear();
    s["receipts"]!.clear();
    return null;
  });
}

/** Forget a person's own key as well: what she left unsent can then be sent or exported, not read here. */
export async function wipeVault(member: number): Promise<void> {
  await wipeList();
  await within(["vaults", "meta"], "readwrite", (s) => {
    s["vaults"]!.delete(member);
    s["meta"]!.delete("member");
    return null;
  });
}

export const outbox = (): Promise<Waiting[]> => all<Waiting>("outbox");
export const receipts = (): Promise<Receipt[]> => all<Receipt>("receipts");
export const keepWaiting = (item: Waiting): Promise<void> => write("outbox", item);

/** Put a corrected rating in the place of a refused one, in one step. */
export async function replaceWaiting(old: string, item: Waiting): Promise<void> {
  await within(["outbox"], "readwrite", (s) => {
    s["outbox"]!.delete(old);
    s["outbox"]!.put(item);
    return null;
  });
}

export async function dropWaiting(key: string): Promise<void> {
  await within(["outbox"], "readwrite", (s) => {
    s["outbox"]!.delete(key);
    return null;
  });
}

/** The server has it: the body goes, the receipt stays, in one step. */
export async function settle(receipt: Receipt): Promise<void> {
  await within(["outbox", "receipts"], "readwrite", (s) => {
    s["outbox"]!.delete(receipt.key);
    s["receipts"]!.put(receipt);
    const count = s["receipts"]!.count();
    count.onsuccess = () => {
      if (count.result > MOST_RECEIPTS) prune(s["receipts"]!, count.result - MOST_RECEIPTS);
    };
    return null;
  });
}

function prune(store: IDBObjectStore, excess: number): void {
  const request = store.getAll();
  request.onsuccess = () => {
    const oldest = (request.result as Receipt[]).sort((a, b) => a.at.localeCompare(b.at)).slice(0, excess);
    for (const receipt of oldest) store.delete(receipt.key);
  };
}
