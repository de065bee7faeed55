// The sixteen answers as drawings of one hand: 64 × 64, one stroke, one wash of colour, no text. They carry no meaning
// that the words beside them do not say.
import { s } from "./dom";
import type { Criterion, CriterionCode, Degree } from "./types";

type Mark = ["line" | "wash" | "dot", string];

const BUILDING: Mark = ["line", "M14 54V18h24v36M20 26h4m6 0h4M20 34h4m6 0h4M20 42h4m6 0h4"];
const GROUND: Mark = ["line", "M6 54h52"];
const PERSON = (x: number, y = 54): Mark[] => [["wash", `M${x - 5} ${y}v-9a5 5 0 0 1 10 0v9Z`], ["line", `M${x - 5} ${y}v-9a5 5 0 0 1 10 0v9`], ["line", `M${x - 3.6} ${y - 19}a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0`]];
const calendar = (days: number[]): Mark[] => [
  ["wash", "M10 14h44v10H10Z"],
  ["line", "M10 14h44v40H10ZM10 24h44M20 9v9M44 9v9"],
  ...days.map((place): Mark => ["dot", `${18 + (place % 4) * 9.4},${32 + Math.floor(place / 4) * 8}`]),
];
const DOOR: Mark[] = [["wash", "M18 54V10h28v44Z"], ["line", "M18 54V10h28v44"], ["line", "M40 31v5"]];

const DRAWINGS: Record<CriterionCode, Mark[][]> = {
  nature_gravity: [
    [BUILDING, GROUND, ["line", "M45 24c3 3 3 7 0 10M50 20c5 5 5 13 0 18"]],
    [["wash", "M8 54V12h30v42Z"], ["line", "M8 54V12h30v42"], ["line", "M14 26c4-7 8 7 12 0s5 2 6 3M14 36c5-4 7 5 12 0"], GROUND, ["line", "M44 54V42h10v12M44 42l5-5 5 5"]],
    [["wash", "M10 46l5-11h24l7 11v6H10Z"], ["line", "M10 52v-6l5-11h24l7 11v6ZM15 52v3M40 52v3M11 46h34"], GROUND, ["line", "M28 30c-6-6 2-9 0-17 7 4 11 11 5 17"]],
    [...PERSON(14), ...PERSON(32), ...PERSON(50), ["line", "M6 14h52M6 20h52M12 14l-4 6M24 14l-4 6M36 14l-4 6M48 14l-4 6"], GROUND],
  ],
  frequency: [calendar([5]), calendar([1, 10]), calendar([0, 3, 5, 10]), calendar([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].filter((place) => place < 12))],
  equipment: [
    [...DOOR, GROUND, ["line", "M50 22l4 4 7-8"]],
    [...DOOR, GROUND, ["line", "M24 20l5 5-4 4 6 6"]],
    [["wash", "M18 54V10h28v44Z"], ["line", "M18 54V10h28v44M46 10l10 6v42l-10-4"], GROUND, ["line", "M26 26l12 12M38 26L26 38"]],
    [["wash", "M18 54V10h28v44Z"], ["line", "M18 54V10h28v44"], GROUND, ["line", "M8 20l48 12M8 36l48 12"], ["line", "M28 30v-4a4 4 0 0 1 8 0v4M26 30h12v9H26Z"]],
  ],
  service: [
    [...PERSON(24), ["line", "M29 40l14-16M41 22l6 6-4 4-6-6ZM36 54h14"], GROUND],
    [...PERSON(20), ["line", "M33 24a10 10 0 1 0 20 0a10 10 0 1 0-20 0M43 18v6l4 3"], GROUND],
    [...PERSON(18), ...PERSON(32), ["wash", "M42 54l8-16 8 16Z"], ["line", "M42 54l8-16 8 16ZM50 44v4M50 51v.5"], GROUND],
    [...PERSON(20), ["line", "M8 18l30 38"], ["wash", "M52 12a12 12 0 1 0 4 20a10 10 0 0 1-4-20Z"], ["line", "M52 12a12 12 0 1 0 4 20a10 10 0 0 1-4-20Z"], GROUND],
  ],
};

function draw([kind, path]: Mark): SVGElement {
  if (kind === "dot") {
    const [cx, cy] = path.split(",");
    return s("circle", { class: "picture__dot", cx, cy, r: 2.9 });
  }
  return s("path", { class: `picture__${kind}`, d: path });
}

/** The drawing of an answer, decorative: the words stand beside it. A landlord's question takes that of its common criterion. */
export function picture(criterion: Criterion, answer: Degree): SVGElement | null {
  const code = criterion.equivalent ?? (criterion.code as CriterionCode);
  const marks = code && DRAWINGS[code][(answer.common ?? answer.value) - 1];
  if (!marks) return null;
  const order = { wash: 0, line: 1, dot: 2 };
  return s("svg", { class: "picture", viewBox: "0 0 64 64", "aria-hidden": "true", focusable: "false" },
    ...[...marks].sort((a, b) => order[a[0]] - order[b[0]]).map(draw));
}
