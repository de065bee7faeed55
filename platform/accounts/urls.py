"""Routes of the people's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from accounts.identity.views import confirm_identity
from accounts.people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/confirmer/", confirm_identity, name="confirm-identity"),
    path("personnes/", views.people_list, name="people-list"),
    path("personnes/inviter/", views.people_invite, name="people-invite"),
    path("personnes/<int:pk>/suspendre/", views.people_suspend, name="people-suspend"),
    path("personnes/<int:pk>/retablir/", views.people_restore, name="people-restore"),
    path("personnes/<int:pk>/role/", views.people_role, name="people-role"),
    path(
        "personnes/invitations/<int:pk>/annuler/", views.invitation_cancel, name="invitation-cancel"
    ),
    path("invitation/<str:secret>/", views.invitation_accept, name="invitation-accept"),
]
