"""A caretaker's telephone in a real browser: activated by a code, six taps a rating, days without a network."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.devices.services import offer
from tenants.access import landlord_scope
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Assessment, Campaign, Grid
from tenants.campaigns.services import close, create_campaign, open_campaign
from tenants.campaigns.suggestion import suggest_level
from tenants.stock.models import SiteAssignment
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.commits]
CODE = "250719"


@pytest.fixture
def campaign(server: str) -> tuple[Cast, Campaign]:
    """An open campaign; the caretaker has three sites."""
    load_grids(Grid, "default")
    cast = make_cast()
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        made = create_campaign(
            admin, name="Campagne 2026", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, made)
        for code in ("N1", "N2"):
            SiteAssignment.objects.create(
                membership=cast.amandier.caretaker.membership, site=cast.amandier.sites[code]
            )
    return cast, made


def activate(visitor: Visitor, cast: Cast) -> Page:
    """Scan the code, choose six digits: the list is there."""
    _activation, secret = offer(
        cast.amandier.admin.principal, cast.amandier.caretaker.membership.pk
    )
    page = visitor.page
    page.goto(f"{visitor.address}/saisie/#activer={secret}")
    page.get_by_role("button", name="Activer ce téléphone").click()
    page.get_by_label("Votre code, six chiffres").fill(CODE)
    page.get_by_label("Le même, encore une fois").fill(CODE)
    page.get_by_role("button", name="Garder ce code").click()
    page.get_by_role("heading", name="Mes sites").wait_for()
    assert secret not in page.url
    return page


def unlock(page: Page) -> None:
    """Give the code of a known telephone."""
    page.get_by_label("Votre code").fill(CODE)
    page.get_by_role("heading", name="Mes sites").wait_for()


def rate(page: Page, name: str, answers: tuple[int, int, int, int] = (3, 2, 2, 2)) -> int:
    """Rate a site from the list; how many taps it took."""
    taps = 1
    page.get_by_role("button", name=re.compile(name)).click()
    for answer in answers:
        page.locator(f'[data-degree="{answer}"]').click()
        taps += 1
    page.locator("[data-keep]").click()
    page.locator("[data-kept]").wait_for()
    return taps + 1


def levels(cast: Cast) -> list[int]:
    with landlord_scope(cast.amandier.admin.principal):
        return sorted(Assessment.objects.values_list("level", flat=True))


def test_six_taps_and_a_receipt(visit: Visit, campaign: tuple[Cast, Campaign]) -> None:
    cast, _campaign = campaign
    page = activate(visit(None, width=PHONE), cast)
    assert rate(page, "Résidence N3") == 6
    page.get_by_role("button", name="Site suivant").click()
    page.get_by_role("button", name="Envois et reçus").click()
    expect(page.locator("[data-receipts] li")).to_have_count(1)
    expect(page.locator("[data-receipts]")).to_contain_text("Résidence N3")
    assert levels(cast) == [3]


def test_days_without_a_network(visit: Visit, campaign: tuple[Cast, Campaign]) -> None:
    cast, made = campaign
    visitor = visit(None, width=PHONE)
    page = activate(visitor, cast)
    page.wait_for_function(
        "navigator.serviceWorker.ready.then(r => r.active.state === 'activated')"
    )
    page.context.set_offline(True)
    rate(page, "Résidence N3")
    page.goto(f"{visitor.address}/saisie/")  # the browser was closed in between
    unlock(page)
    expect(page.locator("[data-left] li")).to_have_count(2)
    rate(page, "Résidence N1", (4, 4, 3, 3))
    page.get_by_role("button", name="Site suivant").click()
    expect(page.locator("[data-to-send]")).to_have_text("Envoyer (2)")
    assert levels(cast) == []
    with landlord_scope(cast.amandier.admin.principal):
        close(cast.amandier.admin.principal, made)  # meanwhile
    page.context.set_offline(False)
    page.goto(f"{visitor.address}/saisie/#envois")
    page.reload()
    page.get_by_label("Votre code").fill(CODE)
    expect(page.locator("[data-receipts] li")).to_have_count(2)
    expect(page.locator("[data-receipts]")).to_contain_text("Tardive")
    assert levels(cast) == [3, 4]
    visitor.complaints.clear()  # the browser complains of the network that was taken away


def test_a_telephone_whose_cookie_was_lost_goes_on_and_keeps_its_code(
    visit: Visit, campaign: tuple[Cast, Campaign]
) -> None:
    """Chromium writes cookies down half a minute late: a battery that dies before takes the session, nothing else."""
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    page = activate(visitor, cast)
    page.context.clear_cookies()
    page.goto(f"{visitor.address}/saisie/")
    unlock(page)
    expect(page.get_by_text("Ce téléphone n’est pas activé")).to_be_visible()
    rate(page, "Résidence N3")  # the list is still there
    assert levels(cast) == []
    _activation, secret = offer(
        cast.amandier.admin.principal, cast.amandier.caretaker.membership.pk
    )
    page.goto("about:blank")
    page.goto(f"{visitor.address}/saisie/#activer={secret}")
    page.get_by_role("button", name="Activer ce téléphone").click()
    unlock(page)  # her code, not a new one
    expect(page.locator("[data-to-send]")).to_have_text("Envois et reçus")
    expect(page.locator("[data-left] li")).to_have_count(2)
    assert levels(cast) == [3]
    visitor.complaints.clear()  # the browser complains of the 401


def test_an_answer_cut_on_its_way_is_no_answer(
    visit: Visit, campaign: tuple[Cast, Campaign]
) -> None:
    """Half a JSON text, with a status and all: the page says so and tries again, first at the door, then with a rating."""
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    page = visitor.page
    cut = {"etat": 401, "cotations": 200}
    for name, status in cut.items():
        half = partial(Route.fulfill, status=status, body='{"outcomes": [{"k')
        page.route(f"**/saisie/api/{name}", half)
    page.goto(f"{visitor.address}/saisie/")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    page.unroute("**/saisie/api/etat")
    page.goto("about:blank")
    activate(visitor, cast)
    rate(page, "Résidence N3")
    page.get_by_role("button", name="Site suivant").click()
    expect(page.get_by_text("Pas de réseau")).to_be_visible()
    assert levels(cast) == []
    page.unroute("**/saisie/api/cotations")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-to-send]")).to_have_text("Envois et reçus")
    assert levels(cast) == [3]
    visitor.complaints.clear()


SLOW = """{
  const decrypt = SubtleCrypto.prototype.decrypt;
  SubtleCrypto.prototype.decrypt = async function (...all) {
    if (window.slow) await new Promise(done => setTimeout(done, 700));
    return decrypt.apply(this, all);
  };
}"""


def test_a_list_read_before_a_tap_does_not_come_after_it(
    visit: Visit, campaign: tuple[Cast, Campaign]
) -> None:
    """A telephone that reads slowly: the list of before would cover the question, or offer a site that was just rated."""
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    visitor.page.add_init_script(SLOW)
    page = activate(visitor, cast)
    rate(page, "Résidence N1")
    page.get_by_role("button", name="Site suivant").click()
    page.get_by_role("heading", name="Mes sites").wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("window.slow = true; location.hash = 'envois'; location.hash = ''")
    page.wait_for_timeout(100)  # both screens are being read
    page.get_by_role("button", name=re.compile("Résidence N3")).click()
    expect(page.locator("[data-degree]")).to_have_count(4)
    page.wait_for_timeout(2000)
    expect(page.locator("[data-degree]")).to_have_count(4)


def test_what_lies_in_the_browser_is_unreadable(
    visit: Visit, campaign: tuple[Cast, Campaign]
) -> None:
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    page = activate(visitor, cast)
    page.wait_for_function(
        "navigator.serviceWorker.ready.then(r => r.active.state === 'activated')"
    )
    page.context.set_offline(True)
    rate(page, "Résidence N3")
    kept = page.evaluate(DUMP)
    assert "outbox" in kept
    assert "sealed" in kept["outbox"]
    everything = str(kept)
    for clear in ("Résidence", "rue des", "nature_gravity", "Amandier", "Gardien", CODE):
        assert clear not in everything, clear
    assert page.evaluate(PINNED) == ["/saisie/"]
    visitor.complaints.clear()


PINNED = """async () => {
  const names = await caches.keys();
  const kept = await Promise.all(names.map(async name => (await caches.open(name)).keys()));
  return kept.flat().map(request => new URL(request.url).pathname).filter(path => !path.startsWith('/static/'));
}"""
DUMP = """async () => {
  const db = await new Promise(done => { const r = indexedDB.open('orsen-saisie'); r.onsuccess = () => done(r.result); });
  const read = value => value instanceof ArrayBuffer ? new TextDecoder().decode(value)
    : ArrayBuffer.isView(value) ? new TextDecoder().decode(value)
    : value instanceof CryptoKey ? `key ${value.extractable}` : Array.isArray(value) ? value.map(read)
    : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, read(v)])) : value;
  const out = {};
  for (const name of db.objectStoreNames) out[name] = JSON.stringify(read(await new Promise(done => {
    const r = db.transaction(name).objectStore(name).getAll(); r.onsuccess = () => done(r.result); })));
  return out;
}"""


def test_another_level_asks_why_and_a_name_is_said_at_once(
    visit: Visit, campaign: tuple[Cast, Campaign]
) -> None:
    cast, _campaign = campaign
    page = activate(visit(None, width=PHONE), cast)
    page.get_by_role("button", name=re.compile("Résidence N3")).click()
    for answer in (3, 2, 2, 2):
        page.locator(f'[data-degree="{answer}"]').click()
    page.get_by_text("Donner un autre niveau").first.click()
    page.locator('[data-level="2"]').click()
    page.locator("[data-keep]").click()
    expect(page.get_by_text("Dites en quelques mots")).to_be_visible()
    page.get_by_label("Pourquoi un autre niveau").fill("M. Durand est parti")
    expect(page.get_by_text("Ne nommez personne : écrivez")).to_be_visible()
    page.locator("[data-keep]").click()
    expect(page.locator("[data-kept]")).to_have_count(0)
    page.get_by_label("Pourquoi un autre niveau").fill("Faits cessés depuis l’été")
    page.locator("[data-keep]").click()
    page.locator("[data-kept]").wait_for()
    page.get_by_role("button", name="Site suivant").click()
    expect(page.locator("[data-to-send]")).to_have_text("Envois et reçus")
    with landlord_scope(cast.amandier.admin.principal):
        kept = Assessment.objects.get()
        assert (kept.level, kept.suggested_level, kept.reason_to_differ) == (
            2, 3, "Faits cessés depuis l’été",
        )  # fmt: skip


def test_a_refusal_waits_to_be_put_right(visit: Visit, campaign: tuple[Cast, Campaign]) -> None:
    """The telephone's own rules are switched off, as an old version of them would be: the server's decide."""
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    script = Path(__file__).resolve().parents[2] / "frontend/dist/capture.js"
    body = script.read_text().replace(r"M\\.|Mr", "Mzz|Mr")
    assert body != script.read_text()
    visitor.page.route(
        "**/capture.js", lambda route: route.fulfill(body=body, content_type="text/javascript")
    )
    page = activate(visitor, cast)
    page.get_by_role("button", name=re.compile("Résidence N3")).click()
    for answer in (3, 2, 2, 2):
        page.locator(f'[data-degree="{answer}"]').click()
    page.get_by_text("Préciser").click()
    page.get_by_label("Commentaire interne").fill("M. Durand crie")
    page.locator("[data-keep]").click()
    page.get_by_role("button", name="Site suivant").click()
    page.get_by_role("button", name="À corriger (1)").click()
    expect(page.locator("[data-refused]")).to_contain_text("Reformulez")
    assert levels(cast) == []
    page.get_by_role("button", name="Corriger").click()
    page.get_by_label("Commentaire interne").fill("Une personne crie")
    page.locator("[data-keep]").click()
    page.get_by_role("button", name="Site suivant").click()
    expect(page.locator("[data-to-fix]")).to_have_count(0)
    expect(page.locator("[data-to-send]")).to_have_text("Envois et reçus")
    assert levels(cast) == [3]


def test_a_wrong_code_opens_nothing_and_ten_wipe(
    visit: Visit, campaign: tuple[Cast, Campaign]
) -> None:
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    page = activate(visitor, cast)
    page.wait_for_function(
        "navigator.serviceWorker.ready.then(r => r.active.state === 'activated')"
    )
    page.context.set_offline(True)
    rate(page, "Résidence N3")
    page.goto(f"{visitor.address}/saisie/")
    for _attempt in range(9):
        page.get_by_label("Votre code").fill("111112")
        expect(page.get_by_text("Ce n’est pas votre code")).to_be_visible()
        page.locator("#code:not([disabled])").wait_for()
    page.get_by_label("Votre code").fill("111112")
    expect(page.get_by_role("heading", name="Téléphone à activer")).to_be_visible()
    kept = page.evaluate(DUMP)
    assert kept["list"] == kept["vaults"] == "[]"
    assert "sealed" in kept["outbox"]
    page.context.set_offline(False)
    page.get_by_role("button", name="Envoyer (1)").click()  # sealed: it leaves without a code
    page.get_by_label("Votre code, six chiffres").wait_for()
    assert levels(cast) == [3]
    visitor.complaints.clear()


def test_a_revoked_telephone_wipes_its_list(visit: Visit, campaign: tuple[Cast, Campaign]) -> None:
    cast, _campaign = campaign
    visitor = visit(None, width=PHONE)
    page = activate(visitor, cast)
    cast.amandier.caretaker.membership.suspended_at = timezone.now()
    cast.amandier.caretaker.membership.save()
    page.goto(f"{visitor.address}/saisie/")
    page.get_by_label("Votre code").fill(CODE)
    expect(page.get_by_text("L’accès de ce téléphone a été retiré")).to_be_visible()
    expect(page.get_by_text("Résidence N3")).to_have_count(0)
    assert page.evaluate(DUMP)["list"] == "[]"
    visitor.complaints.clear()  # the browser complains of the 401


SCREENS = ["liste", "question", "resultat", "aide", "envois", "telephone"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (PHONE, "dark"), (DESK, "light")])
def test_every_screen_can_be_used_by_everybody(
    visit: Visit, campaign: tuple[Cast, Campaign], width: int, scheme: str, tmp_path: Path
) -> None:
    cast, _campaign = campaign
    page = activate(visit(None, width=width, scheme=scheme), cast)
    rate(page, "Résidence N1")

    def look(name: str) -> None:
        assert_fits(page)
        assert_accessible(page)
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    page.get_by_role("button", name="Site suivant").click()
    page.get_by_role("heading", name="Mes sites").wait_for()
    look("liste")
    page.get_by_role("button", name=re.compile("Résidence N3")).press("Enter")
    look("question")
    for answer in (3, 2, 2, 2):
        page.locator(f'[data-degree="{answer}"]').press("Enter")
    page.get_by_text("Préciser").click()
    look("resultat")
    page.get_by_role("button", name="Aide").press("Enter")
    look("aide")
    page.keyboard.press("Escape")
    page.goto(page.url.split("#")[0] + "#envois")
    page.get_by_role("heading", name="Envois").wait_for()
    look("envois")
    page.goto(page.url.split("#")[0] + "#telephone")
    page.get_by_role("heading", name="Ce téléphone").wait_for()
    look("telephone")


def test_the_telephone_and_the_server_suggest_the_same(visit: Visit, server: str) -> None:
    """All 256 answers, by the very tables of the page."""
    source = (
        Path(__file__).resolve().parents[2] / "frontend/src/capture/suggestion.ts"
    ).read_text()
    facts, effects = (
        [[int(digit) for digit in row.split(",")] for row in re.findall(r"\[([\d, ]+)\]", line)]
        for line in re.findall(r"^const (?:FACTS|EFFECTS) = (.+);$", source, re.MULTILINE)
    )
    codes = ("nature_gravity", "frequency", "equipment", "service")
    for number in range(256):
        a, b, c, d = ((number >> shift & 3) + 1 for shift in (0, 2, 4, 6))
        expected = suggest_level(dict(zip(codes, (a, b, c, d), strict=True)))
        assert max(facts[a - 1][b - 1], effects[c - 1][d - 1]) == expected
