"""The question that the page asks of the facts."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tenants.displacement.periods import LONGEST, SHORTEST
from tenants.displacement.services import MONTHS, Question


class QuestionForm(forms.Form):
    """Radius and length; the controls that are set aside come as repeated keys."""

    rayon = forms.IntegerField(label=_("Rayon de la couronne (m)"), min_value=100, max_value=2_000)
    mois = forms.IntegerField(
        label=_("Mois comparés de part et d’autre"), min_value=SHORTEST, max_value=LONGEST
    )

    def question(self) -> Question:
        """What a valid form asks."""
        chosen = self.cleaned_data
        return Question(chosen["rayon"], chosen["mois"], left_out(self.data))


def left_out(data: object) -> frozenset[UUID]:
    """The keys given as `sans`; a value that is no key names no site and is passed over."""
    keys = set()
    for text in data.getlist("sans") if isinstance(data, QueryDict) else []:
        try:
            keys.add(UUID(text))
        except ValueError:
            continue
    return frozenset(keys)


def asked(data: QueryDict) -> QuestionForm:
    """The form as sent, with the usual question where it says nothing."""
    filled = data.copy()
    usual = Question()
    filled.setdefault("rayon", str(usual.radius))
    filled.setdefault("mois", str(MONTHS))
    return QuestionForm(filled)
