"""What the guide says: for each kind of reader one task, step by step, each step on the page where it happens.

A literal table. `page` is the URL name of that page: « Aide » in its bar leads to the step's task. `picture` is a name of
`orsen.guide.pictures_plan.PICTURES`, taken by `make guide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Step:
    """One step: what to do, on which page (URL name), and its picture."""

    title: str | Promise
    text: str | Promise
    page: str
    picture: str = ""


@dataclass(frozen=True)
class Task:
    """What one kind of reader comes to do."""

    code: str  # the anchor of the page
    who: str | Promise
    title: str | Promise
    lead: str | Promise
    steps: tuple[Step, ...]


GUIDE: Final = (
    Task(
        "gardien", _("Gardien, gardienne"), _("Coter vos sites"),
        _(
                   "Une campagne vous demande, pour chacun de vos sites, ce que vous constatez. Comptez une "
                   "minute par site."),
        (
            Step(_("Ouvrez votre liste"),
                 _(
                   "La page « Coter » montre les sites qui vous restent. Cherchez-en un par son nom si la "
                   "liste est longue."),
                 "rate-list", "coter-liste"),
            Step(_("Répondez aux quatre questions"),
                 _(
                   "Touchez la phrase qui ressemble le plus à votre site : gravité des faits, rythme, "
                   "équipements, service. La grille propose alors un niveau, de 1 (calme) à 4."),
                 "rate-site", "coter-site"),
            Step(_("Gardez le niveau ou donnez le vôtre"),
                 _(
                   "Vous connaissez le site : donnez un autre niveau si celui de la grille ne va pas, et "
                   "dites pourquoi en quelques mots. Ne nommez personne : ni nom, ni appartement, ni plaque."),
                 "rate-site"),
            Step(_("Envoyez : le reçu fait foi"),
                 _(
                   "« Cotation reçue » veut dire qu’elle est enregistrée. Sans réseau, utilisez « Coter sans"
                   " réseau » : le téléphone garde vos réponses et les envoie au retour du réseau."),
                 "rate-receipt"),
            Step(_("Joignez une photographie, si elle aide"),
                 _(
                   "Sur le reçu, une fois la cotation arrivée : une serrure forcée, un hall dégradé. Aucune "
                   "personne, aucune plaque, aucun nom. Elle reste dans votre organisme."),
                 "rate-receipt"),
            Step(_("Cotez les situations communes"),
                 _(
                   "La page « Étalonnage » donne dix situations inventées, les mêmes pour tous : elles "
                   "servent à lire l’échelle de la même façon. Vos réponses ne sont montrées à personne "
                   "d’autre."),
                 "calibration", "etalonnage"),
        ),
    ),
    Task(
        "direction", _("Direction d’agence, direction sécurité"), _("Mener une campagne, puis agir"),
        _("Vous suivez l’avancement, décidez des niveaux, contrôlez chaque niveau 4, puis engagez des actions."),
        (
            Step(_("Suivez l’avancement"),
                 _(
                   "La page de la campagne compte, par agence, les sites cotés, les niveaux retenus et les "
                   "contre-visites à faire."),
                 "campaign-detail", "campagne"),
            Step(_("Validez les cotations"),
                 _(
                   "Chaque cotation se valide ou s’écarte avec un motif. Les plus simples se valident "
                   "ensemble. Deux cotations d’un même site se comparent côte à côte : toutes sont gardées, "
                   "une seule est retenue."),
                 "campaign-detail"),
            Step(_("Faites la contre-visite de chaque niveau 4"),
                 _(
                   "Une personne qui n’a pas coté le site le voit à son tour, sans lire la première "
                   "cotation. Tant qu’elle n’est pas faite, le site garde son niveau précédent."),
                 "counter-visit-list", "contre-visites"),
            Step(_("Lisez l’évolution"),
                 _(
                   "Les mêmes sites d’une campagne à l’autre : passages d’un niveau à l’autre, logements au "
                   "niveau 3 et plus, par agence."),
                 "evolution", "evolution"),
            Step(_("Suivez les sites qui le demandent"),
                 _("La liste dit pourquoi chaque site y est. Ajoutez-y un site depuis sa fiche."),
                 "watch-list", "a-suivre"),
            Step(_("Engagez une action"),
                 _(
                   "Depuis la fiche d’un site, choisissez un levier prévu à son niveau : dates, coût, axe "
                   "A-TFPB, effet observé. Le catalogue des leviers est le vôtre."),
                 "lever-list", "leviers"),
            Step(_("Préparez la réunion"),
                 _(
                   "Le bouton « Fiche pour une réunion » de la fiche d’un site donne une page en PDF, avec "
                   "son reçu : elle dit à qui elle a été remise et quand la supprimer."),
                 "site-detail", "fiche-site"),
        ),
    ),
    Task(
        "partenaire", _("Partenaire : police, gendarmerie, parquet, préfecture, commune"), _("Lire ce qui vous est partagé"),
        _(
                   "Vous lisez ce que l’annexe d’une convention signée vous donne, au détail qu’elle fixe, "
                   "tant qu’elle est en vigueur."),
        (
            Step(_("Commencez par l’accueil"),
                 _("Il dit ce qui a changé depuis votre dernière visite et au titre de quelle convention vous lisez."),
                 "partner-home", "partenaire-accueil"),
            Step(_("Lisez la carte"),
                 _(
                   "Chaque site porte le chiffre et la forme de son niveau publié. La liste à côté dit tout "
                   "ce que montre la carte."),
                 "shared-map", "partenaire-carte"),
            Step(_("Triez la liste des sites"),
                 _("Filtrez par niveau, commune ou bailleur. Un export porte un reçu : page « Vérifier une copie »."),
                 "shared-site-list", "partenaire-sites"),
            Step(_("Lisez les rapports"),
                 _(
                   "Les chiffres par quartier réunissent plusieurs bailleurs. « Masqué » n’est ni zéro ni "
                   "faible : montrer ce chiffre désignerait un bailleur."),
                 "report-list"),
            Step(_("Sachez ce qui est noté"),
                 _("Chaque lecture est inscrite au journal, que les bailleurs concernés peuvent lire."),
                 "journal"),
        ),
    ),
    Task(
        "coordination", _("Coordination"), _("Faire vivre une convention"),
        _(
                   "Vous tenez les conventions et leurs annexes, lancez les campagnes et produisez les "
                   "rapports. Vous ne voyez aucun site."),
        (
            Step(_("Tenez la convention"),
                 _("Parties, annexe, signatures : la page de la convention dit ce qui manque et relance en un clic."),
                 "convention-list", "conventions"),
            Step(_("Lancez une campagne"),
                 _(
                   "Chaque bailleur y répond d’un clic avec une campagne à lui. Vous suivez des comptes et "
                   "relancez les retardataires."),
                 "round-list", "campagnes-conventions"),
            Step(_("Vérifiez que l’échelle est lue de même"),
                 _(
                   "Tous cotent les mêmes situations. L’accord se lit par bailleur et par critère ; personne"
                   " n’est nommé, et rien ne s’affiche sous cinq personnes."),
                 "calibration-figures", "etalonnage-bailleurs"),
            Step(_("Produisez le rapport"),
                 _("Il protège les petits nombres avant de sortir ; relisez-le, puis publiez-le."),
                 "report-list", "rapports"),
        ),
    ),
)  # fmt: skip


def task_of_page(name: str) -> str:
    """The code of the task that a page belongs to, by its URL name; empty when the guide does not speak of it."""
    return next((task.code for task in GUIDE for step in task.steps if step.page == name), "")
