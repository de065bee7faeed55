// The theme is a cookie: the server writes it into the page, so that nothing flashes at loading.
const KNOWN = ["light", "dark", "auto"] as const;
type Theme = (typeof KNOWN)[number];

const isTheme = (value: string | undefined): value is Theme => KNOWN.includes(value as Theme);

function show(theme: Theme): void {
  if (theme === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset["theme"] = theme;
  for (const button of document.querySelectorAll<HTMLElement>("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset["setTheme"] === theme));
  }
  document.dispatchEvent(new CustomEvent("orsen:theme"));
}

export function watchTheme(): void {
  const current = document.documentElement.dataset["theme"];
  show(isTheme(current) ? current : "auto");
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-set-theme]");
    const theme = button?.dataset["setTheme"];
    if (!isTheme(theme)) return;
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `orsen_theme=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
    show(theme);
  });
}
