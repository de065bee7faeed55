"""Where a reader lands, and the switch between her organisations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import signed_in
from accounts.models import Membership, User
from accounts.principal import ACTIVE_MEMBERSHIP, Principal
from orsen.navigation import home_of


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to the first page of her role; say what to do when she has none."""
    principal: Principal | None = getattr(request, "principal", None)
    if principal is None:
        return render(request, "no_organisation.html", status=403)
    if principal.organisation_kind == "operator":
        return redirect("admin:index")
    return redirect(home_of(principal))


@require_POST
@signed_in
def switch_organisation(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations."""
    user = request.user
    if not isinstance(user, User):
        return redirect("home")
    wanted = request.POST.get("membership", "")
    membership = get_object_or_404(
        Membership.objects.live().filter(user=user), pk=int(wanted) if wanted.isdecimal() else 0
    )
    request.session[ACTIVE_MEMBERSHIP] = membership.pk
    return redirect("home")
