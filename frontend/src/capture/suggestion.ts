// The level that the grid suggests: the tables of tenants/campaigns/suggestion.py. A test compares all 256 answers.
import type { Criteria, Grid } from "./types";

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

/** What a grid suggests, as one of its levels: tenants/owngrids/rule.py. `common`, `imposed`, `points`: on a landlord's own grid. */
export interface OnGrid { level: number; facts: number; effects: number; common?: number; imposed?: number; points?: number }

export const commonLevel = (grid: Grid, value: number): number => grid.levels.find((each) => each.value === value)?.common ?? value;

export function suggestOn(grid: Grid, answers: Criteria): OnGrid | null {
  const own = grid.own;
  if (!own) return suggest(answers);
  const places = grid.criteria.map((each) => answers[each.code] ?? 0);
  if (places.includes(0)) return null;
  if (own.rule === "common") {
    const degrees: Criteria = {};
    grid.criteria.forEach((each, at) => { if (each.equivalent) degrees[each.equivalent] = each.degrees[(places[at] ?? 1) - 1]?.common ?? 1; });
    const said = suggest(degrees);
    const level = grid.levels.find((each) => each.common === said?.level)?.value;
    return said && level ? { ...said, level, common: said.level } : null;
  }
  const points = places.reduce((sum, place, at) => sum + (own.weights[at] ?? 0) * (place - 1), 0);
  const imposed = Math.max(1, ...places.map((place, at) => own.least[at]?.[place - 1] ?? 1));
  const reached = own.from.reduce((best, from, at) => (from <= points ? at + 1 : best), 1);
  return { level: Math.max(imposed, reached), facts: 0, effects: 0, imposed, points };
}
