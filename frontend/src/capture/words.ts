// The page carries its texts, in the reader's language: tenants/capture/words.py.
let words: Record<string, string> = {};

export function readWords(): void {
  words = JSON.parse(document.getElementById("capture-words")?.textContent ?? "{}") as Record<string, string>;
}

/** A text with its places filled in: say("left", {n: 3}). An unknown name shows itself. */
export function say(name: string, values: Record<string, string | number> = {}): string {
  const chosen = values["n"] !== undefined && Number(values["n"]) > 1 && words[`${name}_many`] ? `${name}_many` : name;
  return (words[chosen] ?? name).replace(/\{(\w+)\}/g, (_all, place: string) => String(values[place] ?? ""));
}

export const day = (moment: string): string => new Date(moment).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" });
export const hour = (moment: string): string => new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
