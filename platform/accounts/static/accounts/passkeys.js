// Ties the button of a passkey page to the library's ceremony (mfa/js/webauthn.js), which must be loaded before.
// <button id=… data-passkey="addForm|authenticateForm" data-credential="id of the hidden field">
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // shown to the reader, below, rather than in the console
  const said = document.querySelector("[data-passkey-failed]");
  if (said) said.hidden = false;
});
for (const button of document.querySelectorAll("[data-passkey]")) {
  const ids = { credential: button.dataset.credential, data: "js_data" };
  ids[button.dataset.passkey === "addForm" ? "add" : "authenticate"] = button.id;
  window.allauth.webauthn.forms[button.dataset.passkey]({ ids });
}
