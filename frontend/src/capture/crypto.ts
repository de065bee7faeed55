// Encryption on the telephone. docs/decisions/capture.md says what it protects from, and from what it cannot.
import type { Body, Locked, Sealed } from "./types";
import type { Vault } from "./store";

const ITERATIONS = 600_000;
const INFO = new TextEncoder().encode("orsen-capture-1");
const text = new TextEncoder();
const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size));

export const toBase64 = (data: ArrayBuffer | Uint8Array<ArrayBuffer>): string => {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
};
const fromBase64 = (value: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
export const hex = (data: ArrayBuffer): string => [...new Uint8Array(data)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (value: string): Promise<string> => hex(await crypto.subtle.digest("SHA-256", text.encode(value)));

/** The key that opens the vault: from the person's code, slowly, and from a secret that this browser does not give out. */
async function doorKey(code: string, salt: Uint8Array<ArrayBuffer>, device: CryptoKey): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", text.encode(code), "PBKDF2", false, ["deriveBits"]);
  const slow = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS }, typed, 256);
  const mixed = await crypto.subtle.sign("HMAC", device, slow);
  return crypto.subtle.importKey("raw", mixed, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

/** A new vault for a member, under the code she has chosen. */
export async function makeVault(member: number, code: string): Promise<{ vault: Vault; key: CryptoKey }> {
  const salt = random(16);
  const device = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const iv = random(12);
  const data = await crypto.subtle.wrapKey("raw", key, await doorKey(code, salt, device), { name: "AES-GCM", iv });
  const vault = { member, salt, device, wrapped: { iv, data }, tries: 0 };
  return { vault, key: await openVault(vault, code) };
}

/** The member's key. Rejects for a wrong code. */
export async function openVault(vault: Vault, code: string): Promise<CryptoKey> {
  const door = await doorKey(code, vault.salt, vault.device);
  return crypto.subtle.unwrapKey("raw", vault.wrapped.data, door, { name: "AES-GCM", iv: vault.wrapped.iv }, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function lock(key: CryptoKey, value: unknown): Promise<Locked> {
  const iv = random(12);
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(JSON.stringify(value))) };
}

export async function unlock<T>(key: CryptoKey, locked: Locked): Promise<T> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: locked.iv }, key, locked.data);
  return JSON.parse(new TextDecoder().decode(plain)) as T;
}

/** Seal a rating for the landlord's server; from then on no code and no person at the telephone opens it. */
export async function seal(landlord: { kid: string; public: string }, body: Body): Promise<{ sha256: string; sealed: Sealed }> {
  const plain = JSON.stringify(body);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = fromBase64(landlord.public);
  const fresh = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const epk = new Uint8Array(await crypto.subtle.exportKey("raw", fresh.publicKey));
  const recipient = await crypto.subtle.importKey("raw", theirs, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: recipient }, fresh.privateKey, 256);
  const salt = new Uint8Array([...epk, ...theirs]);
  const master = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: INFO }, master, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(body.key) }, key, text.encode(plain));
  return { sha256: await sha256(plain), sealed: { kid: landlord.kid, epk: toBase64(epk), iv: toBase64(iv), data: toBase64(data) } };
}

export const newSalt = (): string => toBase64(random(16));
