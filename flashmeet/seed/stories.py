"""What invented people say of themselves and ask for, by theme and language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """Mentors' headlines, their lines of proof, and mentees' needs."""

    headlines: tuple[str, ...]
    proofs: tuple[str, ...]
    needs: tuple[str, ...]


STORIES: dict[tuple[str, str], Story] = {
    ("law", "fr"): Story(
        ("Juriste en droit des sociétés", "Juriste d’entreprise, contrats et données", "Notaire"),
        (
            "J’ai relu plus de trois cents statuts de jeunes sociétés.",
            "Douze ans de contrats commerciaux, des deux côtés.",
            "Deux cents pactes d’associés, et autant de désaccords évités.",
            "Je parle droit sans jargon : c’est mon métier depuis vingt ans.",
        ),
        (
            "Relire mes statuts de SAS avant le dépôt, surtout la clause d’agrément.",
            "Mon bail commercial prévoit une clause que je ne comprends pas.",
        ),
    ),
    ("law", "en"): Story(
        ("Company lawyer, early-stage teams", "In-house counsel, contracts and data"),
        (
            "I have drafted bylaws for over two hundred young companies.",
            "Ten years of commercial contracts, both sides.",
            "I explain contracts to people who hate contracts.",
        ),
        (
            "Reading our shareholders' agreement before we sign on Friday.",
            "A client wants unlimited liability in the contract. What is usual?",
        ),
    ),
    ("health", "fr"): Story(
        ("Médecin de santé publique", "Cadre de santé, parcours de soins", "Pilote de projets e-santé"),
        (
            "J’ai ouvert deux services d’hôpital de jour.",
            "Huit ans à faire certifier des dispositifs médicaux.",
            "Dix ans d’urgences, puis l’organisation de tout un hôpital.",
            "J’ai porté une application de la thèse au remboursement.",
        ),
        (
            "Comprendre qui décide d’un achat à l’hôpital avant d’y présenter notre outil.",
            "Passer de la clinique à la santé publique : par où commencer ?",
        ),
    ),
    ("health", "en"): Story(
        ("Public-health physician", "Clinical trials, from protocol to report"),
        (
            "I ran trials in four countries.",
            "Nine years between wards and ministries.",
            "I took a device from sketch to hospital ward.",
        ),
        (
            "Our device needs a clinical study. What size is reasonable?",
            "Moving from pharmacy to public health without a new degree.",
        ),
    ),
    ("tax", "fr"): Story(
        ("Comptable, indépendants et associations", "Fiscaliste, jeunes entreprises", "Spécialiste de la TVA"),
        (
            "J’accompagne une centaine d’indépendants par an.",
            "Dix ans de crédit d’impôt recherche.",
            "Quinze ans de contrôles fiscaux, du bon côté de la table.",
            "J’aide surtout ceux qui font leur première déclaration.",
        ),
        (
            "Micro-entreprise ou société : ce que cela change pour ma première année.",
            "Je facture en Belgique et en France, où déclarer la TVA ?",
        ),
    ),
    ("tax", "en"): Story(
        ("Chartered accountant", "Cross-border tax, people who move"),
        (
            "I file for sixty people who live between two countries.",
            "Twelve years of VAT across borders.",
            "I like first-timers: most mistakes are the same three.",
        ),
        ("I moved in June: where do I file for this year?", "First VAT return, and I am not sure what counts."),
    ),
    ("fundraising", "fr"): Story(
        ("Capital-risque, amorçage", "Finance d’entreprise, trois levées", "Business angel, industrie"),
        (
            "Trois levées menées, dont une ratée qui m’a tout appris.",
            "Je lis quatre cents dossiers par an.",
            "Douze entreprises accompagnées, de l’idée au premier tour.",
            "J’ai dit non à beaucoup de projets, je peux dire pourquoi.",
        ),
        (
            "Relire notre présentation avant de voir un premier fonds.",
            "Quelle part céder pour 300 k€ ? J’ai besoin de repères.",
        ),
    ),
    ("fundraising", "en"): Story(
        ("Seed investor", "CFO, two rounds raised"),
        (
            "I have sat on both sides of nineteen rounds.",
            "I read four hundred decks a year.",
            "I say no for a living, and can tell you why.",
        ),
        ("Is our deck clear enough for a first meeting?", "Valuation before revenue: what can I defend?"),
    ),
    ("company", "fr"): Story(
        ("À la tête d’une marque de mobilier", "À son compte depuis dix ans", "Responsable d’incubateur"),
        (
            "J’ai créé trois entreprises, fermé une, vendu une.",
            "J’ai vu passer deux cents projets à l’incubateur.",
            "Mes dix premiers clients sont venus sans site internet.",
            "J’ai commencé dans ma cuisine, nous sommes quarante.",
        ),
        (
            "Tester mon idée en trois semaines sans quitter mon emploi.",
            "Mon associé hésite : comment en parler avant de signer ?",
        ),
    ),
    ("company", "en"): Story(
        ("Founder, furniture and repair", "Freelance for ten years"),
        (
            "Three companies started, one closed, one sold.",
            "I found my first ten clients without a website.",
            "I started alone in a kitchen; we are forty now.",
        ),
        ("Finding the first paying client before building more.", "My co-founder wants to leave. How do we part well?"),
    ),
    ("marketing", "fr"): Story(
        ("Stratégie de marque", "Responsable acquisition", "Relations presse, à son compte"),
        (
            "J’ai lancé huit marques, dont deux avec moins de 5 000 €.",
            "Dix ans de presse régionale et nationale.",
            "J’écris des lettres que quarante mille personnes ouvrent.",
            "Vingt marques sorties de l’anonymat, une seule par la publicité.",
        ),
        (
            "Choisir un seul canal pour notre lancement de janvier.",
            "Notre positionnement n’est pas clair, un regard neuf aiderait.",
        ),
    ),
    ("marketing", "en"): Story(
        ("Brand director", "Growth, small budgets"),
        (
            "Eight launches, two of them under 5,000 euros.",
            "I write newsletters that forty thousand people open.",
            "Twenty brands made known, only one by advertising.",
        ),
        ("Choosing one channel for a January launch.", "Our page explains everything and convinces nobody."),
    ),
    ("data", "fr"): Story(
        ("Data scientist, transports", "Responsable données, assurance", "Apprentissage automatique, industrie"),
        (
            "J’ai mis douze modèles en production et j’en ai retiré cinq.",
            "Je forme des équipes métier à lire leurs chiffres.",
            "J’ai commencé par un tableur, il tourne encore.",
            "Six ans d’images satellites et de prévisions de récoltes.",
        ),
        (
            "Faut-il un modèle ou un bon tableau de bord ? J’ai un cas précis.",
            "Passer de la statistique à l’ingénierie des données : que montrer ?",
        ),
    ),
    ("data", "en"): Story(
        ("Machine-learning engineer", "Data lead, insurance"),
        (
            "Twelve models in production, five taken out again.",
            "I teach teams to read their own numbers.",
            "It began as a spreadsheet, and that one still runs.",
        ),
        (
            "Do we need a model or a good dashboard? I bring one case.",
            "My first data job: which projects should I show?",
        ),
    ),
    ("product", "fr"): Story(
        ("Product manager, mobilité", "Designer, services publics", "Responsable produit"),
        (
            "J’ai refait deux parcours de démarches utilisés par des millions de gens.",
            "Six ans de tests utilisateurs chaque semaine.",
            "Trois produits lancés, un arrêté à temps.",
            "J’ai appris à dire non sans perdre l’équipe commerciale.",
        ),
        (
            "Regarder mon portfolio avant un entretien de designer.",
            "Notre feuille de route change chaque mois, comment la tenir ?",
        ),
    ),
    ("product", "en"): Story(
        ("Product manager, mobility", "Service designer"),
        (
            "I redesigned two services used by millions.",
            "Six years of user tests, every week.",
            "Three products launched, one stopped in time.",
        ),
        ("A look at my portfolio before an interview.", "Saying no to features without losing the sales team."),
    ),
    ("career", "fr"): Story(
        ("Recrutement, métiers d’ingénieur", "Responsable des ressources humaines", "Coach de transition"),
        (
            "J’ai mené plus de deux mille entretiens.",
            "J’ai changé de métier à 35 ans, puis à 48.",
            "J’ai relu des milliers de CV, dont de très bons en une page.",
            "Je négocie des salaires des deux côtés depuis quinze ans.",
        ),
        (
            "Deux offres, une semaine pour répondre : m’aider à choisir.",
            "Préparer un entretien qui me fait peur, jeudi prochain.",
        ),
    ),
    ("career", "en"): Story(
        ("Recruiter, engineering", "Head of people"),
        (
            "Two thousand interviews, on the other side of the table.",
            "I changed careers at 35 and again at 48.",
            "Thousands of CVs read; the best fit on one page.",
        ),
        ("Two offers, one week to answer.", "Asking for a raise for the first time."),
    ),
    ("abroad", "fr"): Story(
        ("Gestion de projets à Montréal", "Responsable export, Asie", "Mobilité internationale, grands groupes"),
        (
            "Quatre pays en quinze ans, deux enfants, beaucoup de cartons.",
            "J’ai recruté quarante V.I.E.",
            "Visas, écoles, logement : j’ai fait toutes les erreurs possibles.",
            "Onze ans en Asie, retour réussi, c’est le plus dur.",
        ),
        ("Premier emploi à Montréal : ce qu’il faut régler avant de partir.", "V.I.E. ou contrat local à Singapour ?"),
    ),
    ("abroad", "en"): Story(
        ("Project lead, five countries", "Export manager, Asia"),
        (
            "Four countries in fifteen years.",
            "I have hired forty people who moved for the job.",
            "Eleven years in Asia, and back: the harder part.",
        ),
        ("A first job in France with school French.", "Local contract or posting: what do I lose?"),
    ),
    ("management", "fr"): Story(
        ("Responsable d’usine", "Responsable d’une équipe à distance", "Responsable de service, collectivité"),
        (
            "J’ai repris trois équipes en crise.",
            "Vingt-cinq personnes, quatre fuseaux horaires, aucun bureau.",
            "Ma première équipe m’a appris ce qu’il ne faut pas faire.",
            "Quinze ans d’usine, dont trois de nuit.",
        ),
        (
            "Je deviens responsable de mes anciens collègues lundi.",
            "Un conflit dure depuis trois mois dans mon équipe.",
        ),
    ),
    ("management", "en"): Story(
        ("Plant manager", "Leading a remote team"),
        (
            "Three teams taken over in trouble.",
            "Twenty-five people, four time zones, no office.",
            "My first team taught me what not to do.",
        ),
        ("I lead my former peers from Monday.", "How do I give feedback that is heard?"),
    ),
    ("research", "fr"): Story(
        ("Enseignement et recherche, physique", "De la thèse à l’entreprise", "Responsable de thèses CIFRE"),
        (
            "J’ai encadré onze thèses, dont quatre CIFRE.",
            "Deux postdocs, puis l’industrie sans regret.",
            "Je relis des projets de thèse chaque printemps.",
            "Neuf ans de laboratoire, puis ma propre entreprise.",
        ),
        ("Faire une thèse, ou pas ? J’ai jusqu’à février.", "Mon directeur de thèse ne répond plus."),
    ),
    ("research", "en"): Story(
        ("Associate professor", "From a PhD to industry"),
        (
            "Eleven theses supervised.",
            "Two postdocs, then industry, no regret.",
            "I read thesis proposals every spring.",
        ),
        ("A PhD or not? I have until February.", "How do I turn a thesis into a CV of one page?"),
    ),
}
