"""Names, homes and companies of invented people. Every company is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """First names, last names, and their share per thousand people."""

    share: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: the zone, the languages, and the share per thousand people."""

    share: int
    tzid: str
    locale: str
    languages: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORIGINS = (
    Origin(
        520,
        _words(
            "Inès Hugo Léa Jules Manon Louis Chloé Gabriel Antoine Clémence Mathieu Margaux Étienne Anaïs Thibault "
            "Sophie Benoît Hélène Rémi Aurélie Vincent Noémie Maxence Céline Gaël Agathe Florian Juliette "
            "Baptiste Apolline Quentin Capucine Loïc Marion Arnaud Éloïse Cyril Diane Fabrice Garance Olivier Salomé"
        ),
        _words(
            "Garnier Roussel Lemoine Faure Perrin Chevalier Marchand Barbier Renaud Aubert Colin Vasseur Delmas Royer "
            "Lacroix Meunier Carpentier Poirier Guillot Besson Fleury Maillard Tessier Bailly Fournier Joly "
            "Masson Noël Dupuis Langlois Bouvier Hamelin Picard Lefort Castel Brunel Valentin Morvan Kerbrat Le-Gall"
        ),
    ),
    Origin(
        130,
        _words("Yasmine Mehdi Leïla Sofiane Nadia Rachid Salma Amine Samira Bilal Hajar Ilyes Meriem Anis Kenza Walid"),
        _words("Benali Haddad Cherif Mansouri Belkacem Ziani Amrani Bouzid Tazi Lahlou Saidi Khelifi Naciri Ouali"),
    ),
    Origin(
        90,
        _words("Aminata Mamadou Fatou Ousmane Awa Cheikh Aïssatou Ibrahima Mariam Moussa Khady Seydou Adjoa Kwame"),
        _words("Diallo Traoré Ndiaye Koné Sow Cissé Ba Fall Camara Touré Sarr Ouédraogo Mensah Bamba"),
    ),
    Origin(
        100,
        _words(
            "Emily James Charlotte Oliver Grace Daniel Hannah Thomas Megan Liam Rachel Owen Fiona Patrick Claire Neil"
        ),
        _words(
            "Whitaker Hughes Bennett Marlowe Fletcher Doyle Ashworth Sinclair Turner Lawson Keane Prescott Byrne Hale"
        ),
    ),
    Origin(
        60,
        _words("Linh Minh Mei Wei Yuki Haruto Sakura Jun Hana Tuan Lan Xin Aiko Duc"),
        _words("Nguyen Tran Chen Li Tanaka Sato Pham Zhang Mori Wang Le Ito Lin Kobayashi"),
    ),
    Origin(
        55,
        _words("Ana João Beatriz Rafael Inês Miguel Camila Tiago Lucía Diego Marta Javier Sofía Pablo"),
        _words("Ferreira Costa Oliveira Almeida Moreira Ribeiro Navarro Iglesias Castaño Pereira Lopes Herrera"),
    ),
    Origin(
        45,
        _words("Anna Lukas Katrin Jonas Greta Felix Johanna Matthias Priya Arjun Ananya Rohan Giulia Marco"),
        _words("Brandt Vogel Keller Hofmann Lindner Krause Sharma Iyer Kapoor Menon Ricci Conti Moretti Weber"),
    ),
)

WOMEN = frozenset(
    _words(
        "Inès Léa Manon Chloé Clémence Margaux Anaïs Sophie Hélène Aurélie Noémie Céline Agathe Juliette Apolline "
        "Capucine Marion Éloïse Diane Garance Salomé Yasmine Leïla Nadia Salma Samira Hajar Meriem Kenza Aminata Fatou "
        "Awa Aïssatou Mariam Khady Adjoa Emily Charlotte Grace Hannah Megan Rachel Fiona Claire Linh Mei Yuki Sakura "
        "Hana Lan Aiko Ana Beatriz Inês Camila Lucía Marta Sofía Anna Katrin Greta Johanna Priya Ananya Giulia "
        "Camille Odile"
    )
)
"""Whose drawn photo has long hair and no beard."""

HOMES = (
    Home(560, "Europe/Paris", "fr", ("fr",)),
    Home(85, "America/Toronto", "fr", ("fr", "en")),
    Home(60, "Europe/London", "en", ("en", "fr")),
    Home(55, "Europe/Brussels", "fr", ("fr", "en")),
    Home(50, "America/New_York", "en", ("en",)),
    Home(40, "Africa/Casablanca", "fr", ("fr", "ar")),
    Home(35, "Africa/Dakar", "fr", ("fr",)),
    Home(30, "Indian/Reunion", "fr", ("fr",)),
    Home(30, "Europe/Berlin", "en", ("en", "de", "fr")),
    Home(20, "Asia/Singapore", "en", ("en", "fr")),
    Home(15, "Asia/Tokyo", "en", ("en", "fr")),
    Home(10, "Europe/Lisbon", "en", ("en", "pt")),
    Home(10, "America/Vancouver", "en", ("en", "fr")),
)

COMPANIES = (
    "Atelier Vermeil",
    "Nordlys Énergie",
    "Hélianthe Conseil",
    "Kestrel & Finch",
    "Maison Tressel",
    "Quai Neuf",
    "Banque Orvane",
    "Lumen Textile",
    "Clairière Santé",
    "Polder Systems",
    "Brume Studio",
    "Cordage & Fils",
    "Oxbow Analytics",
    "Pharos Biotech",
    "Sillage Mobilité",
    "Tanneries du Lac",
    "Vireo Robotics",
    "Zéphyr Transport",
    "Maïa Assurances",
    "Rivage Éditions",
    "Fablier",
    "Grand Large Avocats",
    "Juniper Row",
    "Mistral Foncier",
    "Ondée Agro",
    "Passerelle RH",
    "Solstice Média",
    "Tilleul Capital",
    "Umbria Foods",
    "Wren Aerospace",
)
"""Invented; any match with a real company is a coincidence."""
