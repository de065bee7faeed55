// The level that the grid suggests: the tables of tenants/campaigns/suggestion.py. A test compares all 256 answers.
import type { Criteria } from "./types";

const FACTS = [[1, 1, 2, 2], [1, 2, 2, 3], [2, 3, 3, 4], [3, 3, 4, 4]];
const EFFECTS = [[1, 1, 2, 3], [1, 2, 2, 3], [2, 2, 3, 3], [2, 3, 3, 4]];

export interface Suggestion { level: number; facts: number; effects: number }

/** Null until the four questions are answered. */
export function suggest(criteria: Criteria): Suggestion | null {
  const { nature_gravity: nature, frequency, equipment, service } = criteria;
  if (!nature || !frequency || !equipment || !service) return null;
  const facts = FACTS[nature - 1]?.[frequency - 1] ?? 0;
  const effects = EFFECTS[equipment - 1]?.[service - 1] ?? 0;
  return { level: Math.max(facts, effects), facts, effects };
}
