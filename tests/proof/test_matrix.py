"""Every route, as everybody, about everybody's objects: what is declared and nothing else (small; `make proof` is the whole)."""

from __future__ import annotations

from accounts.roles import ROLES
from tests.proof.matrix import MATRIX
from tests.proof.parameters import undeclared_operations
from tests.proof.probing import Finding, Prober, every_route
from tests.proof.standing import problems
from tests.proof.telling import compare
from tests.proof.world import COORDINATION_ROLES, LANDLORD_ROLES, PARTNER_ROLES, World

ASKING = (
    "landlord_admin", "agency_director", "caretaker", "partner_correspondent", "coordinator", "operator",
    "a landlord bound by nothing", "a partner bound by nothing", "nobody",
)  # fmt: skip


def words(found: list[Finding]) -> str:
    """What was found, a line each."""
    return "\n".join(" | ".join(vars(each).values()) for each in found[:60])


def test_every_role_of_the_product_asks() -> None:
    named = {*LANDLORD_ROLES.values(), *PARTNER_ROLES.values(), *COORDINATION_ROLES.values()}
    assert named | {"operator"} == ROLES.keys()


def test_no_row_is_for_a_route_that_is_gone() -> None:
    assert MATRIX.keys() - {route for route, _pattern in every_route()} == set()


def test_nothing_leaks(small_world: World) -> None:
    prober = Prober(small_world, thorough=False, readers=ASKING)
    proof = prober.walk()
    assert proof.undeclared + undeclared_operations() == []
    assert words(proof.leaks) == ""
    met = {canary.column for canary in proof.met if canary.owner == "home"}
    assert {"tenants_site.name", "tenants_site.key", "tenants_agency.name"} <= met
    assert proof.probes > 1_000


def test_what_the_probes_stand_on_holds(small_world: World) -> None:
    assert problems(small_world) == []


def test_nobody_can_tell_somebody_elses_from_nobodys(small_world: World) -> None:
    prober = Prober(small_world)
    assert (
        compare(prober, ("landlord_admin", "partner_correspondent", "coordinator"), timed=False)
        > 20
    )
    assert words(prober.proof.leaks) == ""
