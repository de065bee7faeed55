"""The first version of the situations. Places and people are invented; texts are this project's own, in French.

They are data of a version, translated when they are shown, and span the scale: two quiet ones, two at each step, and two
where facts and effects pull apart.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_noop as _

VIGNETTES: Final = [
    (_("Une résidence sans histoire"),
     _(
         "42 logements, deux entrées. En un an, la gardienne a noté trois plaintes pour du bruit le soir et un"
         " sac d’ordures laissé dans le hall. Portes, éclairage et ascenseur fonctionnent. Les équipes entrent"
         " et travaillent sans rien demander à personne.")),
    (_("Les encombrants du mercredi"),
     _(
         "60 logements. Chaque semaine, des meubles et des gravats sont déposés la nuit près du local des "
         "poubelles, parfois devant la porte. L’entreprise passe deux fois par semaine au lieu d’une. Rien "
         "n’est cassé, personne n’est menacé ; les locataires se plaignent de la saleté.")),
    (_("Le hall du soir"),
     _(
         "80 logements. Trois à quatre soirs par semaine, une dizaine de personnes se tiennent dans le hall B,"
         " fument et écoutent de la musique. La porte est calée ouverte, son groom a été changé deux fois. Des"
         " locataires attendent que le passage se libère ; le gardien travaille normalement dans la journée.")),
    (_("Un feu de poubelles, une fois"),
     _(
         "55 logements. En mars, trois conteneurs ont brûlé et la façade a noirci. L’enquête n’a rien donné. "
         "Depuis, aucun fait. Le local a été réparé en un mois, le service n’a pas été interrompu.")),
    (_("Deux entrées sous surveillance"),
     _(
         "120 logements. Une vente est installée dans deux entrées, tous les jours de midi à minuit. Des "
         "guetteurs se tiennent au portail. L’interphone est arraché, l’éclairage des coursives est détruit et"
         " remplacé chaque mois. Le ménage ne se fait plus qu’avant dix heures, à deux.")),
    (_("La vente qui se déplace"),
     _(
         "90 logements. Depuis un mois, une vente se tient deux ou trois jours par semaine dans le parking. "
         "Rien n’est dégradé, les passages restent libres, le gardien salue et passe. Des locataires signalent"
         " des allées et venues de véhicules.")),
    (_("L’ascenseur et la peur"),
     _(
         "75 logements, tour de neuf étages. Peu de faits sont constatés, environ un par mois : tags, "
         "crachats. Mais l’ascenseur est saboté à chaque réparation, les entreprises demandent un "
         "accompagnement et deux ont refusé de revenir. Les relevés et l’entretien prennent six semaines de "
         "retard.")),
    (_("Le contrôle à l’entrée"),
     _(
         "200 logements. Un groupe organisé filtre les entrées, exige des locataires qu’ils ouvrent leur sac "
         "et a agressé un technicien. Cela a lieu chaque jour. Les caméras sont détruites, les portes de trois"
         " halls n’existent plus. Le bureau de gestion est fermé l’après-midi, la présence du personnel n’est "
         "plus possible le soir.")),
    (_("Rodéos du printemps"),
     _(
         "65 logements. D’avril à juin, des motos ont tourné presque chaque fin de semaine sur l’allée "
         "centrale ; une barrière et deux bancs ont été arrachés. Des insultes ont visé le gardien une fois. "
         "Le reste de l’année est calme, le service est rendu normalement.")),
    (_("Le local vélos occupé"),
     _(
         "48 logements. Un local commun est occupé de façon régulière, chaque semaine, par un groupe qui y "
         "entrepose de la marchandise. Sa serrure a été changée quatre fois. Les locataires n’y descendent "
         "plus ; la gardienne a été menacée quand elle a voulu le fermer. Le nettoyage des autres parties est "
         "assuré.")),
]  # fmt: skip


def load_vignettes(set_model: Any, vignette_model: Any, using: str) -> int:
    """Add the first version, open, where there is none. Returns the number of situations that came in.

    The models are the product's, or their historical forms inside a migration.
    """
    if set_model.objects.using(using).exists():
        return 0
    first = set_model.objects.using(using).create(version=1, state="open", opened_at=timezone.now())
    vignette_model.objects.using(using).bulk_create(
        vignette_model(vignette_set=first, number=number, title=title, text=text)
        for number, (title, text) in enumerate(VIGNETTES, 1)
    )
    return len(VIGNETTES)
