"""What invented people say of hours that are over, by language."""

from __future__ import annotations

from flashmeet.bookings.rules.follow_up import FollowUpAnswer

NEXT_STEPS = {
    "fr": (
        "Appeler le greffe lundi, avec la liste que nous avons faite.",
        "Réécrire la première page, et la montrer à deux personnes.",
        "Poser la question du salaire dès le deuxième entretien.",
        "Écrire à trois anciens de l’école qui font ce métier.",
        "Chiffrer le plan à deux ans avant d’en reparler à mon associée.",
    ),
    "en": (
        "Call the registry on Monday, with the list we made.",
        "Rewrite the first page and show it to two people.",
        "Ask about pay at the second interview.",
        "Write to three graduates who do this job.",
    ),
}
THANKS = {
    "fr": (
        "Merci d’avoir lu mon document avant. L’exemple de votre deuxième société m’a beaucoup éclairée.",
        "Une heure franche, exactement ce qu’il me fallait.",
        "Merci pour votre patience : je sais enfin par où commencer.",
        "Vous m’avez évité une erreur que j’allais signer.",
    ),
    "en": (
        "Thank you for reading my notes beforehand. Your second example settled it.",
        "A frank hour, just what I needed.",
        "I finally know where to begin. Thank you.",
    ),
}
CAME_OF_IT: dict[str, dict[FollowUpAnswer, tuple[str, ...]]] = {
    "fr": {
        FollowUpAnswer.DONE: ("Statuts déposés, sans la clause dont nous avions parlé.", "J’ai signé, et je commence."),
        FollowUpAnswer.UNDER_WAY: ("Deux entretiens passés, un troisième jeudi.", "Le dossier est chez la banque."),
        FollowUpAnswer.NOT_YET: ("Pas encore : les examens d’abord.",),
    },
    "en": {
        FollowUpAnswer.DONE: ("Filed, without the clause we spoke of.", "I signed, and start in March."),
        FollowUpAnswer.UNDER_WAY: ("Two interviews done, a third on Thursday.",),
        FollowUpAnswer.NOT_YET: ("Not yet: exams come first.",),
    },
}
WORDS = {
    "fr": (
        (
            "Bonjour, voici le document en deux pages : https://docs.example.org/projet. Merci de votre temps !",
            "Lu. Regardez d’ici là l’article 8 : c’est là que tout se joue.",
        ),
        ("Puis-je venir avec une question de plus, sur la TVA ?", "Bien sûr. Envoyez-la-moi la veille, si possible."),
        (
            "J’aurai peut-être cinq minutes de retard, mon cours finit à l’heure juste.",
            "Pas de souci, je vous attends.",
        ),
    ),
    "en": (
        (
            "Hello, my two pages are here: https://docs.example.org/draft. Thank you for your time.",
            "Read. Until then, look at section 8: it is the one that matters.",
        ),
        ("May I bring one more question, on pay?", "Of course. Send it the day before if you can."),
    ),
}
ABSENCE = {
    "fr": "Mon train est resté une heure en pleine voie, sans réseau. J’ai écrit dès que j’ai pu.",
    "en": "My train stood for an hour without a network. I wrote as soon as I could.",
}
