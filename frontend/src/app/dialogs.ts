// <button data-dialog="id"> opens <dialog id="id">; data-close inside closes it; so does a click on the backdrop.
// What htmx puts into <dialog data-open-on-swap> is shown at once.
export function watchDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
      return;
    }
    const dialog = target.closest("dialog");
    if (dialog && (target === dialog || target.closest("[data-close]"))) dialog.close();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = (event.target as Element).closest<HTMLDialogElement>("dialog[data-open-on-swap]");
    if (dialog && !dialog.open) dialog.showModal();
  });
}
