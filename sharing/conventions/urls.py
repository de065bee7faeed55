"""Routes of the coordination's convention pages."""

from __future__ import annotations

from django.urls import path

from sharing.conventions import annex_views, party_views, signing_views, views

ONE = "conventions/<uuid:key>/"
VERSION = f"{ONE}annexe/<int:number>/"

PARTY = "partage/conventions/<uuid:key>/"

urlpatterns = [
    path("partage/", party_views.landlord_sharing, name="landlord-sharing"),
    path(PARTY, party_views.party_convention, name="party-convention"),
    path(f"{PARTY}signer/<int:number>/", party_views.party_sign, name="party-sign"),
    path(f"{PARTY}retirer/", party_views.party_withdraw, name="party-withdraw"),
    path(f"{PARTY}correspondant/", signing_views.correspondent, name="party-correspondent"),
    path("conventions/documents/<uuid:key>/", signing_views.document, name="signature-document"),
    path(
        f"{ONE}signatures/<int:pk>/document/",
        signing_views.document_send,
        name="signature-document-send",
    ),
    path(f"{ONE}signatures/relancer/", signing_views.signatures_remind, name="signatures-remind"),
    path("conventions/", views.convention_list, name="convention-list"),
    path("conventions/nouvelle/", views.convention_create, name="convention-create"),
    path(ONE, views.convention_sheet, name="convention"),
    path(f"{ONE}modifier/", views.convention_edit, name="convention-edit"),
    path(f"{ONE}etat/<slug:code>/", views.convention_step, name="convention-step"),
    path(f"{ONE}renouveler/", views.convention_renew, name="convention-renew"),
    path(f"{ONE}parties/ajouter/", views.party_form, name="party-add"),
    path(f"{ONE}parties/<int:pk>/", views.party_form, name="party-edit"),
    path(f"{ONE}parties/<int:pk>/retirer/", views.party_remove, name="party-remove"),
    path(f"{ONE}signatures/", views.signatures, name="convention-signatures"),
    path(f"{ONE}explication/", annex_views.explanation, name="convention-explain"),
    path(f"{ONE}annexe/nouvelle/", annex_views.annex_start, name="annex-start"),
    path(VERSION, annex_views.annex, name="annex"),
    path(f"{VERSION}phrase/", annex_views.line_sentence, name="annex-sentence"),
    path(f"{VERSION}grace/", annex_views.annex_grace, name="annex-grace"),
    path(f"{VERSION}lignes/", annex_views.line_save, name="annex-line-add"),
    path(f"{VERSION}lignes/<int:pk>/", annex_views.line_save, name="annex-line-edit"),
    path(f"{VERSION}lignes/<int:pk>/retirer/", annex_views.line_delete, name="annex-line-delete"),
    path(f"{VERSION}etape/<slug:code>/", annex_views.annex_step, name="annex-step"),
]
