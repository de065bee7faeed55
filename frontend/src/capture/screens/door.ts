// Before anything is shown: activate the telephone, choose a code, open with it.
import { show } from "../app";
import { button, h, icon } from "../dom";
import { ask, fetchState, send } from "../sending";
import { Session } from "../session";
import { outbox } from "../store";
import type { State } from "../types";
import { exportWaiting } from "./tray";
import { say } from "../words";

const CODE = /^\d{6}$/;

function codeField(id: string, label: string, fresh: boolean): { field: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { id, class: "telephone__code", type: "password", inputmode: "numeric", maxlength: 6, autocomplete: fresh ? "new-password" : "off", "aria-describedby": "door-error" });
  return { field: h("div", { class: "field" }, h("label", { class: "field__label", for: id }, label), input), input };
}

function problem(): HTMLElement {
  return h("p", { id: "door-error", class: "field__error", role: "alert", hidden: true });
}

function tell(place: HTMLElement, text: string): void {
  place.replaceChildren(icon("circle-alert"), h("span", {}, text));
  place.hidden = false;
}

/** The QR code brought here: one tap takes it. */
export function activation(secret: string, opened: (session: Session) => void): void {
  const error = problem();
  const take = button(say("activate"), "button--primary button--l button--block", () => {
    take.disabled = true;
    const refused = (text: string): void => {
      take.disabled = false;
      tell(error, text);
    };
    void ask<{ message: string }>("activer", { secret }).then(async ({ status, said }) => {
      if (status !== 200) return refused(said.message);
      history.replaceState(null, "", location.pathname); // the secret is spent, and leaves the address
      await welcome(opened);
    }, () => refused(say("needs_network")));
  }, "smartphone");
  show(say("activate_title"), h("p", {}, say("activate_text")), error, take);
}

/** A telephone with a session and no code yet, or one that was never activated. Whoever has a code here keeps it: what she has
 *  not sent stays readable to her. `forgotten`: she has it no more. */
export async function welcome(opened: (session: Session) => void, forgotten = false): Promise<void> {
  const state = await fetchState();
  if (!("kind" in state)) {
    if (!forgotten && (await Session.known()) === state.member.id) return door(state.member.id, opened);
    return chooseCode(state, opened);
  }
  const left = (await outbox()).length;
  const unsent = left ? [h("p", {}, say("left_behind", { n: left })), button(say("send", { n: left }), "", () => void send().then(() => welcome(opened)), "send"), button(say("export"), "", () => void exportWaiting(), "download")] : [];
  if (state.kind === "offline") {
    const retry = button(say("retry"), "button--primary button--l button--block", () => {
      retry.disabled = true; // a second tap would draw the next screen again under the fingers
      void welcome(opened, forgotten);
    }, "refresh-cw");
    return show(say("not_activated"), h("p", {}, say("needs_network")), retry, ...unsent);
  }
  const message = state.kind === "ended" ? state.message : "";
  show(say("not_activated"), h("p", {}, message), h("p", {}, say("how_to_activate")), h("a", { class: "button button--l button--block", href: "/telephone/" }, icon("log-in"), say("log_in")), ...unsent);
}

function chooseCode(state: State, opened: (session: Session) => void): void {
  const error = problem();
  const first = codeField("code", say("choose_code"), true);
  const second = codeField("code-again", say("code_again"), true);
  const form = h("form", { class: "stack", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const code = first.input.value;
    if (!CODE.test(code) || /^(\d)\1{5}$/.test(code) || code === "123456") return tell(error, say("code_shape"));
    if (code !== second.input.value) return tell(error, say("code_differs"));
    submit.disabled = true;
    void Session.begin(state, code).then(opened);
  } }, first.field, second.field, error);
  const submit = h("button", { class: "button button--primary button--l button--block" }, say("keep_code"));
  form.append(submit);
  show(say("hello", { name: state.member.name }), h("p", {}, say("code_text")), form);
  first.input.focus();
}

/** The code, then the list. It opens by itself at the sixth digit. */
export function door(member: number, opened: (session: Session) => void): void {
  const error = problem();
  const { field, input } = codeField("code", say("your_code"), false);
  const tried = async (): Promise<void> => {
    if (!CODE.test(input.value) || input.disabled) return;
    input.disabled = true;
    const result = await Session.open(member, input.value);
    if (result instanceof Session) return opened(result);
    input.disabled = false;
    input.value = "";
    if (result === "wiped") return welcome(opened);
    tell(error, say("wrong_code"));
    input.focus();
  };
  input.addEventListener("input", () => void tried());
  const form = h("form", { class: "stack", novalidate: true, onsubmit: (event) => { event.preventDefault(); void tried(); } }, field, error, h("button", { class: "button button--primary button--l button--block" }, say("open")));
  const forgotten = h("details", { class: "fold" }, h("summary", {}, say("forgotten")), h("div", { class: "fold__body" }, h("p", {}, say("forgotten_text")), button(say("new_code"), "", () => void welcome(opened, true))));
  show(say("door"), form, forgotten);
  input.focus();
}
