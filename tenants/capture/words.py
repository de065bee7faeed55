"""The texts of the telephone's page: it keeps them with the page, and works in that language without a network."""

from __future__ import annotations

from django.utils.translation import gettext as _


def telephone_words() -> dict[str, str]:
    """Every text by its name in frontend/src/capture; `{place}` is filled there, `_many` serves above one."""
    return _doors() | _lists() | _ratings() | _sendings() | _settings()


def _doors() -> dict[str, str]:
    return {
        "activate_title": _("Activer ce téléphone"),
        "activate_text": _(
            "Il servira à coter vos sites, avec ou sans réseau, pendant trente jours."
        ),
        "activate": _("Activer ce téléphone"),
        "needs_network": _(
            "Il faut du réseau pour cette étape : rapprochez-vous d’une fenêtre, puis recommencez."
        ),
        "not_activated": _("Téléphone à activer"),
        "how_to_activate": _(
            "Demandez à votre responsable d’afficher un code, et scannez-le avec l’appareil photo. "
            "Si vous avez un compte, connectez-vous."
        ),
        "log_in": _("Se connecter"),
        "retry": _("Réessayer"),
        "left_behind": _("Une cotation attend encore d’être envoyée."),
        "left_behind_many": _("{n} cotations attendent encore d’être envoyées."),
        "hello": _("Bonjour, {name}"),
        "code_text": _(
            "Choisissez six chiffres que vous seul connaissez. Ils protègent vos sites si le téléphone est perdu ; "
            "personne ne peut vous les redonner."
        ),
        "choose_code": _("Votre code, six chiffres"),
        "code_again": _("Le même, encore une fois"),
        "keep_code": _("Garder ce code"),
        "code_shape": _("Choisissez six chiffres, ni tous pareils, ni 123456."),
        "code_differs": _("Les deux codes diffèrent : tapez deux fois le même."),
        "door": _("Ouvrir la saisie"),
        "your_code": _("Votre code"),
        "open": _("Ouvrir"),
        "wrong_code": _(
            "Ce n’est pas votre code. Après dix essais, la liste des sites s’efface du téléphone."
        ),
        "forgotten": _("Code oublié ?"),
        "forgotten_text": _(
            "Avec du réseau, choisissez-en un nouveau : vos sites reviennent, et ce qui attendait part quand même."
        ),
        "new_code": _("Choisir un nouveau code"),
    }


def _lists() -> dict[str, str]:
    return {
        "sites": _("Mes sites"),
        "aid": _("Aide"),
        "aid_title": _("Aide à la classification"),
        "back": _("Revenir"),
        "close": _("Fermer"),
        "cancel": _("Annuler"),
        "near": _("Près de moi"),
        "no_place": _(
            "Le téléphone ne donne pas sa position : autorisez-la dans ses réglages, ou cherchez par le nom."
        ),
        "metres": _("{d} m"),
        "kilometres": _("{d} km"),
        "search": _("Chercher un site"),
        "nothing_found": _("Aucun site à coter ne porte ce nom"),
        "until": _("jusqu’au {day}"),
        "rated_sites": _("Sites cotés"),
        "already_rated": _("{n} site déjà coté"),
        "already_rated_many": _("{n} sites déjà cotés"),
        "first_shown": _("Les {shown} premiers sur {total} : cherchez les autres par leur nom."),
        "all_rated": _("Tous vos sites sont cotés"),
        "all_rated_text": _("Merci. Vérifiez seulement que tout est envoyé."),
        "no_site": _("Aucun site ne vous est confié"),
        "no_site_text": _("Demandez à votre responsable de vous affecter vos sites."),
        "no_campaign": _("Aucune campagne n’est ouverte"),
        "no_campaign_text": _("Vos sites apparaîtront ici à l’ouverture de la prochaine."),
        "no_list": _("La liste de vos sites n’est plus sur ce téléphone"),
        "no_list_text": _(
            "Elle revient dès que le téléphone a du réseau et que son accès est valable."
        ),
        "offline": _("Pas de réseau"),
        "offline_text": _(
            "Continuez : tout est gardé sur le téléphone et partira au retour du réseau."
        ),
        "ended_text": _("Vos cotations déjà saisies restent gardées, chiffrées."),
        "other_member": _("Ce téléphone est maintenant activé pour quelqu’un d’autre"),
        "other_member_text": _(
            "Fermez la page et rouvrez-la pour choisir le code de cette personne."
        ),
        "level": _("Niveau {n}"),
        "unrated": _("Non coté"),
    }


def _ratings() -> dict[str, str]:
    return {
        "question": _("Question {at} sur {of}"),
        "why_both": _("Les faits et leurs effets sur le site donnent tous deux {facts}."),
        "why_facts": _("Les faits donnent {facts}, leurs effets {effects} : le plus élevé compte."),
        "why_effects": _(
            "Les effets sur le site donnent {effects}, les faits {facts} : le plus élevé compte."
        ),
        "own_says": _("Votre grille propose « {level} »."),
        "keep_own": _("Garder « {level} »"),
        "why_common": _("La règle commune donne {level} sur l’échelle commune."),
        "why_imposed": _("Une de vos réponses suffit à donner ce niveau."),
        "why_points": _("Vos réponses donnent ensemble {points} points."),
        "grid_says": _("La grille propose le niveau {level}."),
        "other_level": _("Donner un autre niveau"),
        "why_other": _("Pourquoi un autre niveau ?"),
        "why_other_help": _("Quelques mots : ce que la grille ne voit pas."),
        "reason_missing": _(
            "Dites en quelques mots pourquoi votre niveau diffère de celui de la grille."
        ),
        "more": _("Préciser : constats et commentaires (facultatif)"),
        "ticks": _("Ce que vous constatez"),
        "name_nobody": _("Ne nommez personne."),
        "name_nobody_text": _(
            "Ni nom, ni appartement, ni téléphone, ni plaque, ni santé, ni infraction d’une personne. "
            "Décrivez des faits et des lieux."
        ),
        "internal": _("Commentaire interne"),
        "internal_help": _("Lu dans votre organisme seulement."),
        "shared": _("Commentaire à partager"),
        "shared_help": _("Lu par les partenaires à qui la convention ouvre le dossier du site."),
        "fault": _("« {words} » : {advice}"),
        "fault_email": _("Retirez l’adresse électronique."),
        "fault_phone": _("Retirez le numéro de téléphone."),
        "fault_plate": _("Retirez la plaque : écrivez « un véhicule »."),
        "fault_flat": _("Retirez le numéro de logement : écrivez « un logement du hall B »."),
        "fault_person": _("Ne nommez personne : écrivez « une personne », « un groupe »."),
        "fault_health": _("Ne parlez pas de la santé d’une personne : décrivez les faits."),
        "fault_offence": _(
            "Ne parlez pas d’infractions d’une personne : décrivez ce qui est constaté sur le site."
        ),
        "fault_origin": _("Ne parlez pas de l’origine ou des convictions : décrivez les faits."),
        "keep": _("Garder le niveau {level}"),
        "kept": _("Cotation gardée"),
        "kept_text": _("Elle part dès qu’il y a du réseau."),
        "next_site": _("Site suivant"),
        "was_refused": _("Cette cotation a été refusée : corrigez-la, puis gardez-la."),
    }


def _sendings() -> dict[str, str]:
    return {
        "send": _("Envoyer ({n})"),
        "sent": _("Envois et reçus"),
        "sendings": _("Envois"),
        "to_send": _("À envoyer"),
        "waits": _("Attend"),
        "nothing_waits": _("Tout est envoyé."),
        "refresh": _("Actualiser"),
        "receipts": _("Reçus"),
        "received": _("Reçue"),
        "late": _("Tardive"),
        "conflict": _("À arbitrer"),
        "aside": _("À examiner"),
        "receipt_number": _("Reçu {key}"),
        "day_at": _("{day} à {hour}"),
        "sealed": _("Cotation scellée"),
        "to_fix": _("À corriger ({n})"),
        "fix_title": _("À corriger"),
        "fix_text": _(
            "Le serveur n’a pas pu recevoir ces cotations. Elles restent ici jusqu’à ce que vous décidiez."
        ),
        "fix": _("Corriger"),
        "discard": _("Retirer"),
        "discard_title": _("Retirer cette cotation ?"),
        "discard_text": _("Elle n’a pas été reçue : la retirer l’efface pour de bon."),
        "export_title": _("Rien ne part ? Exporter"),
        "export_text": _(
            "Le fichier est chiffré : seul le serveur de votre organisme sait le lire. "
            "Remettez-le à son administrateur ; rien n’est retiré du téléphone."
        ),
        "export": _("Exporter le fichier"),
    }


def _settings() -> dict[str, str]:
    return {
        "telephone": _("Ce téléphone"),
        "member": _("Personne"),
        "organisation": _("Organisme"),
        "activated_until": _("Activé jusqu’au"),
        "list_of": _("Liste des sites du"),
        "protected": _("Gardé chiffré"),
        "protected_text": _(
            "Votre code ouvre la liste. Elle s’efface après {days} jours sans contact avec le serveur, "
            "au retrait de l’accès, ou quand vous quittez ce téléphone."
        ),
        "install": _(
            "Pour l’ouvrir comme une application, choisissez « Ajouter à l’écran d’accueil » dans le navigateur."
        ),
        "lock_now": _("Verrouiller"),
        "leave_title": _("Quitter ce téléphone"),
        "leave_text": _(
            "La liste, les reçus et votre code sont effacés. Il faudra l’activer de nouveau pour s’en servir."
        ),
        "leave_unsent": _("Une cotation n’est pas envoyée."),
        "leave_unsent_many": _("{n} cotations ne sont pas envoyées."),
        "leave_unsent_text": _(
            "Elles restent scellées sur le téléphone et partiront à sa prochaine activation pour vous. "
            "Envoyez-les ou exportez-les avant de partir si vous le pouvez."
        ),
        "leave": _("Quitter et effacer"),
    }
