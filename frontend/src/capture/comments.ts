// The rules of tenants/campaigns/comments: the server decides by them, the telephone says so at once.
import rules from "../../../tenants/campaigns/comments/rules.json";

const patterns = rules.rules.map((rule) => ({ code: rule.code, test: new RegExp(rule.pattern, rule.any_case ? "i" : "") }));
const names = new Set(rules.first_names);
const places = new Set(rules.places);

/** The code of the first rule that a text breaks, with the words that break it; null for a text that can be kept. */
export function findFault(text: string): { code: string; words: string } | null {
  for (const { code, test } of patterns) {
    const met = test.exec(text);
    if (met) return { code, words: met[0].replace(/^[\s,.;:()«»]+|[\s,.;:()«»]+$/g, "") };
  }
  let before = "";
  for (const word of text.match(/[A-Za-zÀ-ÖØ-öø-ÿ-]+/g) ?? []) {
    if (!places.has(before) && (names.has(word) || names.has(word.split("-")[0] ?? ""))) return { code: "person", words: word };
    before = word.toLowerCase();
  }
  return null;
}
