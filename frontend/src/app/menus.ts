// Menus are <details>: one open at a time, closed by Escape, by a click outside, by leaving with Tab.
const open = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll("details.menu[open]");

export function watchMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
