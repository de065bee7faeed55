"""The forms that name a passkey, in the reader's language."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new key. Without a name the library finds one: the key is made before the form is sent."""

    name = forms.CharField(label=_("Nom de la clé"), max_length=60, required=False)


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label=_("Nom de la clé"), max_length=60)
