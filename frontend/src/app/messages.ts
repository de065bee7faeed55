// Messages can be closed; a request that fails says so, in the words the page carries.
type Failure = CustomEvent<{ xhr?: XMLHttpRequest }>;

function toast(text: string): void {
  const region = document.getElementById("toasts");
  const model = document.getElementById("toast-error");
  if (!region || !(model instanceof HTMLTemplateElement)) return;
  const message = model.content.firstElementChild?.cloneNode(true) as HTMLElement;
  const place = message.querySelector("[data-text]");
  if (place) place.textContent = text;
  region.replaceChildren(message);
}

export function watchMessages(): void {
  document.addEventListener("click", (event) => {
    (event.target as Element).closest(".message__close")?.closest(".message")?.remove();
  });
  const region = document.getElementById("toasts");
  if (!region) return;
  const words = region.dataset;
  document.addEventListener("htmx:sendError", () => toast(words["offline"] ?? ""));
  document.addEventListener("htmx:timeout", () => toast(words["offline"] ?? ""));
  document.addEventListener("htmx:responseError", (event) => {
    const status = (event as Failure).detail.xhr?.status ?? 0;
    if (status === 401 || status === 403) toast(words["refused"] ?? "");
    else if (status === 404) toast(words["gone"] ?? "");
    else toast(words["failed"] ?? "");
  });
}
