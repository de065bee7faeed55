"""Routes of campaigns, ratings and counter-visits."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.campaigns.views import arbitration, campaigns, counter_visits, rating

urlpatterns: list[URLPattern] = [
    path("coter/", rating.rate_list, name="rate-list"),
    path("coter/grille/", rating.grid_aid, name="grid-aid"),
    path("coter/proposition/", rating.rate_suggestion, name="rate-suggestion"),
    path("coter/recu/<uuid:key>/", rating.rate_receipt, name="rate-receipt"),
    path("coter/<uuid:campaign_key>/<uuid:site_key>/", rating.rate_site, name="rate-site"),
    path("campagnes/", campaigns.campaign_list, name="campaign-list"),
    path("campagnes/nouvelle/", campaigns.campaign_create, name="campaign-create"),
    path("campagnes/<uuid:key>/", campaigns.campaign_detail, name="campaign-detail"),
    path("campagnes/<uuid:key>/relancer/", campaigns.campaign_remind, name="campaign-remind"),
    path("campagnes/<uuid:key>/rouvrir/", campaigns.campaign_reopen, name="campaign-reopen"),
    path("campagnes/<uuid:key>/a-arbitrer/", arbitration.conflict_list, name="conflict-list"),
    path(
        "campagnes/<uuid:key>/valider/",
        campaigns.campaign_validate_all,
        name="campaign-validate-all",
    ),
    path(
        "campagnes/<uuid:key>/ouvrir/", campaigns.campaign_step, {"step": "open"}, "campaign-open"
    ),
    path(
        "campagnes/<uuid:key>/clore/", campaigns.campaign_step, {"step": "close"}, "campaign-close"
    ),
    path(
        "campagnes/<uuid:key>/publier/",
        campaigns.campaign_step,
        {"step": "publish"},
        "campaign-publish",
    ),
    path("cotations/<uuid:key>/decision/", campaigns.assessment_decide, name="assessment-decide"),
    path("contre-visites/", counter_visits.counter_visit_list, name="counter-visit-list"),
    path("contre-visites/<int:pk>/", counter_visits.counter_visit, name="counter-visit"),
]
