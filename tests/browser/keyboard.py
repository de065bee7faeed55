"""Whether a page can be used with the keyboard alone: everything that answers is reached, is seen to be, and lets go."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

MORE = 8  # presses after which a page that does not let go is a trap
# Names what can be used, in the page's order, and keeps how each looks before the focus comes.
PREPARE = """() => {
  const usable = 'a[href],button,input:not([type=hidden]),select,textarea,summary,iframe,[tabindex],[contenteditable=true]';
  const seen = element => element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
  const near = element => [element, element.parentElement, element.nextElementSibling, element.parentElement?.parentElement,
                           element.closest('label,li,tr,fieldset')].filter(Boolean);
  const look = element => near(element).map(each => { const s = getComputedStyle(each);
    return [s.outlineStyle === 'none' ? '' : s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow, s.borderColor,
            s.backgroundColor, s.textDecorationLine, s.color, s.opacity, s.transform, s.clipPath, s.left, s.top].join();
  }).join('|');
  document.activeElement?.blur();
  window.scrollTo(0, 0);
  const all = [...document.querySelectorAll(usable)].filter(element => seen(element) && !element.disabled
    && element.tabIndex >= 0 && !element.closest('[inert]'));
  // Of a group of radio buttons the keyboard stops at one.
  const groups = new Map();
  window.__stops = all.filter(element => {
    if (element.type !== 'radio') return true;
    const group = [[...document.forms].indexOf(element.form), element.name].join();
    if (groups.has(group)) { groups.get(group).push(element); return false; }
    groups.set(group, [element]);
    element.__group = groups.get(group);
    return true;
  });
  window.__looks = new Map(all.map(element => [element, look(element)]));
  window.__met = new Set();
  window.__unseen = [];
  document.addEventListener('focusin', event => {
    const element = event.target;
    window.__met.add(element);
    const before = window.__looks.get(element);
    if (before !== undefined && before === look(element)) window.__unseen.push(element);
  }, true);
  const pressed = '[onclick],[role=button],[data-dialog],[hx-get],[hx-post]';
  const mouse = [...document.querySelectorAll(pressed)].filter(element => seen(element) && element.tabIndex < 0
    && !element.matches('form,input,select,textarea,label,option,main,body') && !element.querySelector(usable)
    && !/load|revealed|every|intersect|from:|change|input/.test(element.getAttribute('hx-trigger') ?? ''));
  window.__mouse = mouse;
  const parts = all.filter(element => /date|time|month|week/.test(element.type ?? '')).length;  // day, month, year, calendar
  return [window.__stops.length, 4 * parts];
}"""
FOUND = """() => {
  const name = element => element.outerHTML.replace(/\\s+/g, ' ').slice(0, 140);
  const missed = window.__stops.filter(element => !(element.__group ?? [element]).some(each => window.__met.has(each)));
  return {missed: missed.map(name), unseen: [...new Set(window.__unseen)].map(name), mouse: window.__mouse.map(name)};
}"""
AT_THE_END = "() => document.activeElement === document.body || document.activeElement === null"


def keyboard_faults(page: Page) -> list[str]:
    """Walk the page with Tab from its top. One line a fault; the page is left where the walk ended."""
    stops, parts = page.evaluate(PREPARE)
    for press in range(stops + parts + MORE):
        page.keyboard.press("Tab")
        if press >= stops - 1 and page.evaluate(AT_THE_END):
            break
    found: dict[str, Any] = page.evaluate(FOUND)
    return [
        *(f"not reached by Tab: {each}" for each in found["missed"]),
        *(f"nothing shows the focus on: {each}" for each in found["unseen"]),
        *(f"answers the mouse alone: {each}" for each in found["mouse"]),
    ]


def assert_usable_by_keyboard(page: Page) -> None:
    """Fail with the list of what the keyboard does not reach, or reaches unseen."""
    found = keyboard_faults(page)
    assert not found, f"{page.url}\n" + "\n".join(found)
