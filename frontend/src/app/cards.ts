// On a phone the rows of .table--cards become cards: each cell carries the name of its column, and roles
// keep it a table for screen readers where CSS takes the display away.
export function labelCards(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table.table--cards")) {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.dataset["short"] ?? cell.textContent?.trim() ?? "");
    table.setAttribute("role", "table");
    for (const group of [table.tHead, ...table.tBodies, table.tFoot]) group?.setAttribute("role", "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, index) => {
        const heading = cell.tagName === "TH";
        const inHead = cell.closest("thead") !== null;
        cell.setAttribute("role", heading ? (inHead ? "columnheader" : "rowheader") : "cell");
        const name = names[index];
        if (!inHead && name && cell.dataset["label"] === undefined) cell.dataset["label"] = name;
      });
    }
  }
}
