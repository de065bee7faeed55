// What the server gives and takes; tenants/capture/listing.py and receiving.py are the other side.
export interface Degree { value: number; label: string; example: string; common?: number }
export interface Criterion { code: string; equivalent?: CriterionCode | ""; label: string; question: string; help: string; degrees: Degree[] }
export type CriterionCode = "nature_gravity" | "frequency" | "equipment" | "service";
export interface Grid {
  title: string;
  version: number;
  notice: string;
  criteria: Criterion[];
  ticks: { code: string; label: string }[];
  levels: { value: number; label: string; text: string; common?: number }[];
  own?: OwnRule | null;
}
/** How a landlord's own grid suggests a level, question by question. */
export interface OwnRule { rule: "common" | "own"; from: number[]; weights: number[]; least: number[][] }
export interface Site {
  key: string; name: string; address: string; dwellings: number; level: number | null;
  lat: number | null; lon: number | null; rated: boolean; mine: boolean;
}
export interface Campaign { key: string; name: string; closes_on: string; total: number; grid: Grid; sites: Site[] }
export interface State {
  member: { id: number; name: string; organisation: string };
  device: { key: string; expires_at: string };
  seal: { kid: string; public: string };
  keep_days: number;
  at: string;
  campaigns: Campaign[];
}
export type Criteria = Partial<Record<string, number>>;
/** A rating as it is said; its JSON text is what is hashed and sealed. */
export interface Body {
  v: 1; key: string; salt: string; campaign: string; site: string; member: number;
  criteria: Criteria; level: number | null; reason: string; ticks: string[]; internal: string; shared: string; rated_at: string;
}
/** What the telephone shows of a rating of its own. */
export interface Memo { body: Body; siteName: string; level: number }
export interface Sealed { kid: string; epk: string; iv: string; data: string }
export interface Locked { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }
export interface Waiting {
  key: string; sha256: string; sealed: Sealed; memo: Locked; member: number; at: string;
  state: "waiting" | "refused"; code?: string; message?: string;
}
export interface Receipt { key: string; sha256: string; outcome: string; message: string; memo: Locked; member: number; at: string }
export interface Outcome { key: string; sha256: string; outcome: string; code: string; message: string; receipt: string }
