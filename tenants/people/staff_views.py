"""The staff file: send it, see what each row would do, apply."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.people.services import PeopleError
from accounts.step_up import fresh_second_factor
from tenants.people import applying
from tenants.people.forms import StaffFileForm
from tenants.people.services import PERMISSION
from tenants.people.staff import StaffFileError, text_of


@require_http_methods(["GET", "POST"])
@requires(PERMISSION)
@fresh_second_factor
def staff_file(request: HttpRequest) -> HttpResponse:
    """Send a file, and see what each row would do: nothing is changed yet."""
    form = StaffFileForm(request.POST or None, request.FILES or None)
    context = {
        "heading": _("Importer les personnes"),
        "lead": _(
            "Un fichier CSV, une personne par ligne. Rien n’est enregistré avant votre accord."
        ),
        "breadcrumbs": [(_("Personnes"), reverse("people-list")), (_("Importer"), "")],
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        try:
            text = text_of(form.cleaned_data["file"].read())
            rows = applying.read(principal_of(request), text)
        except StaffFileError as error:
            form.add_error("file", str(error))
        else:
            refused = sum(row.is_refused for row in rows)
            found = {
                "rows": rows,
                "text": text,
                "refused": refused,
                "accepted": len(rows) - refused,
            }
            return render(request, "people_places/staff_check.html", context | found)
    status = 422 if form.is_bound else 200
    return render(request, "people_places/staff_file.html", context, status=status)


@require_POST
@requires(PERMISSION)
@fresh_second_factor
def staff_apply(request: HttpRequest) -> HttpResponse:
    """Apply the file that was just shown; it is checked again, since the world may have moved."""
    text = request.POST.get("text", "")
    try:
        rows = applying.apply(principal_of(request), text, request.build_absolute_uri("/"))
    except (StaffFileError, PeopleError) as error:
        messages.error(request, str(error))
        return redirect("staff-file")
    done = sum(not row.is_refused for row in rows)
    messages.success(
        request,
        ngettext("%(count)d personne traitée.", "%(count)d personnes traitées.", done)
        % {"count": done},
    )
    return redirect("place-list")
