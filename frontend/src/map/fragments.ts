// Pieces of pages, as the server renders them.

/** The HTML of an address, or a notice in its place; null when it was asked for no more. */
export async function fetchFragment(address: string, words: DOMStringMap, signal: AbortSignal | null): Promise<string | null> {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
    if (answer.ok) return await answer.text();
    return notice(answer.status === 403 || answer.status === 404 ? words["gone"] : words["failed"]);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    return notice(words["offline"]);
  }
}

export function fill(place: HTMLElement, html: string): void {
  // Server-rendered by us and escaped there; scripts in it would not run, by the policy and by nature of innerHTML.
  place.innerHTML = html;
  window.htmx?.process(place);
}

function notice(text: string | undefined): string {
  const box = document.createElement("div");
  box.className = "notice notice--warn";
  box.textContent = text ?? "";
  return box.outerHTML;
}
