"""Organisations and accounts. People are named by their function; every account has its second factor."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from accounts.models import LandlordGroup, Membership, Organisation, User
from accounts.principal import Principal, from_membership

# Known to all: the demonstration listens on the loopback of one machine and holds invented data only.
PASSWORD: Final = "val-dorsen-demonstration"  # noqa: S105 -- printed by `demo_accounts` on purpose
DOMAIN: Final = "val-dorsen.test"
FULLY_STAFFED: Final = 2  # the first landlords have an account for every role

# (name, short name, group); twelve landlords in nine groups.
LANDLORDS: Final = [
    ("Orsen Habitat", "Orsen Habitat", "Groupe Grand-Orsen"),
    ("Coopérative du Grand-Orsen", "Coop Orsen", "Groupe Grand-Orsen"),
    ("Foyer de la Vernelle", "Foyer Vernelle", "Groupe Vernelle"),
    ("Vernelle Résidences", "Vernelle Rés.", "Groupe Vernelle"),
    ("Habitat de l’Aulnaie", "Aulnaie", "Groupe Aulnaie"),
    ("Aulnaie Logement familial", "Aulnaie Familial", "Groupe Aulnaie"),
    ("Logis des Tanneurs", "Logis Tanneurs", "Logis des Tanneurs"),
    ("La Maison des Bateliers", "Bateliers", "La Maison des Bateliers"),
    ("Toits du Levant", "Toits du Levant", "Toits du Levant"),
    ("Demeures du Moulin", "Moulin", "Demeures du Moulin"),
    ("Clairlogis", "Clairlogis", "Clairlogis"),
    ("Solidaire du Gué", "Solidaire Gué", "Solidaire du Gué"),
]
# (key, name, short name, category)
PARTNERS: Final = [
    ("police", "Police nationale du Val-d’Orsen", "Police 99", "police"),
    ("parquet", "Parquet d’Orsen", "Parquet", "parquet"),
    ("prefecture", "Préfecture du Val-d’Orsen", "Préfecture 99", "prefecture"),
    ("commune-a", "Ville d’Orsen", "Ville d’Orsen", "commune"),
    ("commune-b", "", "", "commune"),  # named after the second commune of the generated land
    ("gendarmerie", "Gendarmerie de la Haute-Vernelle", "Gendarmerie 98", "gendarmerie"),
    ("mediation", "Réseau de médiation du Val-d’Orsen", "Médiation", "other"),
]
READERS: Final = {"commune", "other"}  # categories whose person only reads


@dataclass
class Landlord:
    """A landlord with the members that the history speaks of."""

    organisation: Organisation
    members: dict[str, list[Membership]] = field(default_factory=dict)

    @property
    def admin(self) -> Principal:
        """Its administrator: whose scope the loader opens."""
        return from_membership(self.members["landlord_admin"][0])


@dataclass
class People:
    """Every organisation of the demonstration."""

    landlords: list[Landlord]
    partners: dict[str, Organisation]
    coordination: Organisation
    coordinator: Membership


def slug(name: str) -> str:
    """The part of an e-mail address made of a name: « Préfecture 99 » → prefecture-99."""
    plain = name.lower().translate(str.maketrans("éèêôûîâç’'. ", "eeeouiac    "))
    return "-".join(plain.split())


@cache
def hashed_password() -> str:
    """The password's hash, made once: all accounts have the same password, known to all."""
    return make_password(PASSWORD)


def of(town: str) -> str:
    """« d’Orsen », « de Fontorge »."""
    return f"d’{town}" if town[0] in "AEÉÈIOUHY" else f"de {town}"


def add_member(organisation: Organisation, role_code: str, label: str, address: str) -> Membership:
    """A person with a password, a verified address and a second factor, acting in one role."""
    operator = role_code == "operator"
    user = User.objects.create(
        email=f"{address}@{DOMAIN}", password=hashed_password(), display_name=label,
        is_staff=operator, is_superuser=operator,
    )  # fmt: skip
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, generate_totp_secret())
    return Membership.objects.create(user=user, organisation=organisation, role_code=role_code)


def make_landlord(index: int, groups: dict[str, LandlordGroup]) -> Landlord:
    """A landlord and its people: everybody for the first two, those who work the campaigns for the others."""
    name, short, group = LANDLORDS[index]
    address = slug(short)
    organisation = Organisation.objects.create(
        kind="landlord", name=name, short_name=short, group=groups[group], siret="",
        contact_label="Référent sûreté", contact_email=f"surete@{address}.{DOMAIN}",
        contact_phone=f"01 99 00 {index + 10:02d} 00",
    )  # fmt: skip
    landlord = Landlord(organisation)
    cast = [
        ("landlord_admin", "Administration", "administration"),
        ("security_direction", "Direction sécurité", "securite"),
        ("agency_director", "Direction d’agence", "direction-agence"),
        ("sector_head", "Chef de secteur", "secteur"),
        ("caretaker", "Gardien", "gardien"),
    ]
    if index < FULLY_STAFFED:
        cast += [
            ("caretaker", "Gardienne", "gardienne"),
            ("support_reader", "Services support", "support"),
        ]
    for role_code, label, start in cast:
        member = add_member(organisation, role_code, f"{label} — {short}", f"{start}.{address}")
        landlord.members.setdefault(role_code, []).append(member)
    return landlord


def make_people(second_commune: str, departements: list[str]) -> People:
    """Everybody. `second_commune` names the second town that has a reader; `departements` are the coordinator's."""
    groups = {
        name: LandlordGroup.objects.create(name=name)
        for name in dict.fromkeys(row[2] for row in LANDLORDS)
    }
    landlords = [make_landlord(index, groups) for index in range(len(LANDLORDS))]
    partners = {}
    for partner_key, name, short, category in PARTNERS:
        shown = name or f"Ville {of(second_commune)}"
        shown_short = short or shown[:40]
        partners[partner_key] = Organisation.objects.create(
            kind="partner", name=shown, short_name=shown_short, partner_category=category
        )
        role_code, label = (
            ("partner_reader", "Lecteur")
            if category in READERS
            else ("partner_correspondent", "Correspondant")
        )
        add_member(
            partners[partner_key],
            role_code,
            f"{label} — {shown_short}",
            f"{label.lower()}.{partner_key}",
        )
    coordination = Organisation.objects.create(
        kind="coordinator", name="AORIF (démonstration)", short_name="AORIF démo"
    )
    add_member(coordination, "coordination_admin", "Administration AORIF", "administration.aorif")
    coordinator = add_member(
        coordination, "coordinator", "Coordination départementale", "coordination.aorif"
    )
    coordinator.departement_codes = departements
    coordinator.save(update_fields=["departement_codes"])
    operator = Organisation.objects.create(
        kind="operator", name="Exploitation de la plateforme", short_name="Exploitation"
    )
    add_member(operator, "operator", "Exploitation", "exploitation")
    return People(landlords, partners, coordination, coordinator)
