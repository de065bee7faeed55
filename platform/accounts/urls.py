"""Routes of the people's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from accounts.devices import views as devices
from accounts.identity.views import confirm_identity
from accounts.people import views
from accounts.proconnect import views as proconnect

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/confirmer/", confirm_identity, name="confirm-identity"),
    path("compte/proconnect/", proconnect.start, name="proconnect-start"),
    path("compte/proconnect/retour/", proconnect.callback, name="proconnect-return"),
    path("compte/proconnect/sortie/", proconnect.logged_out, name="proconnect-logged-out"),
    path("personnes/", views.people_list, name="people-list"),
    path("personnes/inviter/", views.people_invite, name="people-invite"),
    path("personnes/siret/", views.organisation_sirets, name="organisation-sirets"),
    path("personnes/securite/", views.security_journal, name="security-journal"),
    path("personnes/<int:pk>/suspendre/", views.people_suspend, name="people-suspend"),
    path("personnes/<int:pk>/retablir/", views.people_restore, name="people-restore"),
    path("personnes/<int:pk>/role/", views.people_role, name="people-role"),
    path(
        "personnes/invitations/<int:pk>/annuler/", views.invitation_cancel, name="invitation-cancel"
    ),
    path("personnes/telephones/", devices.device_list, name="device-list"),
    path("personnes/telephones/activer/", devices.device_activate, name="device-activate"),
    path(
        "personnes/telephones/activation/<int:pk>/", devices.device_offered, name="device-offered"
    ),
    path("personnes/telephones/<int:pk>/retirer/", devices.device_revoke, name="device-revoke"),
    path("telephone/", devices.device_own, name="device-own"),
    path("invitation/<str:secret>/", views.invitation_accept, name="invitation-accept"),
]
