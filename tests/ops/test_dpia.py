"""The data-protection impact assessment says what the code does: columns, thresholds, durations."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.db import models

from accounts.models import User
from sharing.access.models import SharedFile, SharedSite
from sharing.release.rules import Thresholds
from tenants.wall.registry import managed_models, wall_of

PAGE = (Path(__file__).parents[2] / "docs/dpia.md").read_text().replace("\u00a0", " ")
PERSONAL_NAMES = {
    "display_name", "correspondent", "signatory", "contact_label", "contact_phone", "ip_address", "membership_id",
}  # fmt: skip
LIBRARY_TABLES_NEVER_WRITTEN = {"guardian_userobjectpermission", "guardian_groupobjectpermission"}
FREE_TEXT_FROM = 240
# Long, but written by the product or holding an address, not somebody's words.
NOT_WORDS = {
    "tenants_site.address",
    "tenants_address.match_key",
    "tenants_geocodedaddress.match_key",
    "tenants_geocodedaddress.label",
    "tenants_fileimport.message",
    "tenants_rowissue.reason",
    "tenants_importline.detail",
    # Rows as PostgreSQL writes them, kept so that an import can be undone.
    "tenants_importchange.before",
    "tenants_importchange.after",
}


def section(title: str) -> str:
    """One part of the page, by the start of its title."""
    return next(
        part for part in re.split(r"^##+ ", PAGE, flags=re.MULTILINE) if part.startswith(title)
    )


def columns(text: str) -> set[str]:
    return set(re.findall(r"`(\w+\.\w+)`", text))


def is_personal(field: models.Field[object, object]) -> bool:
    """Whether a field holds something about a person: an address, a file that somebody sent, a link to an account."""
    return (
        isinstance(field, models.EmailField | models.FileField)
        or field.name in PERSONAL_NAMES
        or (isinstance(field, models.ForeignKey) and field.related_model is User)
    )


def test_every_column_about_a_person_is_listed_and_no_other() -> None:
    found = {
        f"{model._meta.db_table}.{field.name}"
        for model in managed_models()
        if model._meta.db_table not in LIBRARY_TABLES_NEVER_WRITTEN
        for field in model._meta.local_fields
        if is_personal(field)
    }
    assert columns(section("2. Les données").split("### ")[0]) == found


def test_every_free_text_of_a_landlord_is_listed_with_its_length() -> None:
    found = {
        f"{model._meta.db_table}.{field.name}": field.max_length
        for model in managed_models()
        if wall_of(model) == "landlord"
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and (field.max_length or FREE_TEXT_FROM) >= FREE_TEXT_FROM
        and field.name != "object_pk"
    }
    listed = {
        name: int(length)
        for name, length in re.findall(
            r"^\| `(\w+\.\w+)` \| (\d+) \|", section("Textes libres"), re.MULTILINE
        )
    }
    assert listed == {name: length for name, length in found.items() if name not in NOT_WORDS}


def test_what_each_detail_level_shows_is_listed_column_by_column() -> None:
    for level, model in (("site", SharedSite), ("dossier", SharedFile)):
        (line,) = re.findall(rf"^\| {level} \|.*$", section("3. Les destinataires"), re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", line)) == {
            field.name for field in model._meta.local_fields
        }


def test_the_thresholds_are_those_of_the_code() -> None:
    text = section("4. Le secret")
    rules = Thresholds(p=10)
    for label, value in (
        ("groupes de bailleurs", rules.groups),
        ("sites", rules.sites),
        ("logements", rules.dwellings),
    ):
        assert re.search(rf"^\| {label} \| au moins {value} \|$", text, re.MULTILINE), label


def test_the_durations_are_those_of_the_settings() -> None:
    text = section("5. Les durées")
    assert f"{settings.ORSEN_JOURNAL_DAYS} jours (`ORSEN_JOURNAL_DAYS`)" in text
    assert f"{settings.ORSEN_INVITATION_DAYS} jours (`ORSEN_INVITATION_DAYS`)" in text
    assert f"{settings.ORSEN_COMMENT_DAYS} jours (`ORSEN_COMMENT_DAYS`, 30 au moins)" in text
    assert f"sessions | {settings.SESSION_COOKIE_AGE // 3600} heures" in text
