// htmx from the lock file, held to what the content security policy allows.
import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.allowScriptTags = false;
htmx.config.historyCacheSize = 0; // pages with other people's data are not kept in the browser's storage
htmx.config.scrollBehavior = "smooth";
// A refused form (422) is an answer to show; other errors become a message.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

let pending = 0;
const mark = (step: number): void => {
  pending = Math.max(0, pending + step);
  document.documentElement.classList.toggle("is-loading", pending > 0);
};
document.addEventListener("htmx:beforeRequest", () => mark(1));
document.addEventListener("htmx:afterRequest", () => mark(-1));

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;
export default htmx;
