"""What is on at Le Quai over a month, and on which days it may be: nothing here touches a record."""

from datetime import timedelta
from typing import NamedTuple

THEMES = ("Faire soi-même", "Culture", "Coopération", "Numérique", "Manger ensemble")
# How many days ahead the last of them may be: more than any room has bookings for in their hours.
AHEAD = 42
# Evenings on which everybody is at home: (month, day).
EVES = {(12, 24), (12, 31)}


class Ticket(NamedTuple):
    """A ticket: what it costs, how many there are (0: no limit), and what else there is to say of it."""

    name: str
    price: float = 0
    seats: int = 0
    options: dict = {}


class Show(NamedTuple):
    """An event: where, so many days from today or about, from when to when (local hours), for how many, who comes."""

    title: str
    subtitle: str
    space: str
    day: int
    start: float
    stop: float
    seats: int
    theme: int
    tickets: tuple = ()
    people: int = 0
    audience: str = "all"
    # Monday is 0; none: any day that the place opens.
    weekdays: tuple = ()


WORKDAYS = (0, 1, 2, 3, 4)
MEMBERS = {"tierslieu_public": "members"}
# The event has reductions of its own: no fare comes on top of them.
OWN = {"tierslieu_own_price": True}
OPEN = {"tierslieu_free_price": True, "tierslieu_floor": 0.0, "tierslieu_suggested": 8.0}
SHOWS = (
    Show("Repair café du soir", "Apportez ce qui ne marche plus, on le répare ensemble", "salle_creative",
         0, 18.5, 21, 12, 0, (Ticket("Entrée libre"),), 9),
    Show("Petit déjeuner des nouveaux", "Un café, un tour du lieu, toutes vos questions", "espace_convivial",
         1, 8, 9, 15, 2, (Ticket("Entrée libre"),), 6, weekdays=WORKDAYS),
    Show("Initiation à la découpe laser", "De la maquette à la pièce, à quatre personnes", "salle_creative",
         2, 18.5, 21.5, 4, 0, (Ticket("Habitants", 24.0), Ticket("Membres", 12.0, 0, MEMBERS)), 3, "adults"),
    Show("Concert : Les Marées basses", "Trio de chansons du port, prix libre", "espace_convivial",
         3, 20, 22.5, 60, 1, (Ticket("Prix libre", 0, 0, OPEN),), 31, weekdays=(4, 5)),
    Show("Éveil musical", "Pour les enfants de 1 à 3 ans, avec un parent", "salle_creative",
         5, 9, 10, 10, 1, (Ticket("Enfant et parent", 5.0),), 4, "children", (5,)),
    Show("Table ouverte : un dîner, vingt voisins", "Cuisine de saison de La Fourchette solidaire", "espace_convivial",
         6, 19, 22, 20, 4, (Ticket("Repas", 14.0), Ticket("Repas enfant", 7.0, 6, OWN)), 20),
    Show("Atelier CV et lettre", "On relit le vôtre à deux", "petit_salon",
         7, 18.5, 20, 4, 2, (Ticket("Entrée libre"),), 3, "adults"),
    Show("Ciné-débat : « Habiter l'eau »", "Un film, puis une discussion avec la réalisatrice", "espace_convivial",
         8, 20, 22.5, 60, 1,
         (Ticket("Plein tarif", 6.0, 0, OWN), Ticket("Tarif réduit", 4.0, 0, OWN), Ticket("Moins de 12 ans")), 12),
    Show("Café des entrepreneuses", "Ce qui avance, ce qui coince, qui peut aider", "salle_creative",
         9, 8, 9, 12, 2, (Ticket("Entrée libre"),), 8, "adults", WORKDAYS),
    Show("Premiers pas avec une imprimante 3D", "Dessiner et imprimer un petit objet", "salle_creative",
         10, 18.5, 20.5, 6, 3, (Ticket("Habitants", 18.0), Ticket("Membres", 9.0, 0, MEMBERS)), 5),
    Show("Gratiferia", "On apporte ce qu'on veut, on emporte ce qui plaît", "espace_convivial",
         12, 18, 21, 0, 0, (), 0, "families"),
    Show("Assemblée des usagers", "L'ordre du jour est affiché dans l'entrée", "espace_convivial",
         13, 18.5, 20.5, 60, 2, (Ticket("Membres", 0, 0, MEMBERS),), 12, "adults"),
    Show("Contes du soir", "Dès 5 ans, un goûter à la fin", "espace_convivial",
         14, 18, 19, 30, 1, (Ticket("Prix libre", 0, 0, OPEN),), 13, "families"),
    Show("Fresque du numérique", "Trois heures pour comprendre ce que pèsent nos écrans", "salle_creative",
         15, 18.5, 21.5, 12, 3, (Ticket("Entrée libre"),), 7, "adults"),
    Show("Couture : l'ourlet sans peine", "Machines sur place, apportez votre pantalon", "salle_creative",
         16, 18.5, 20.5, 6, 0, (Ticket("Habitants", 15.0), Ticket("Membres", 8.0, 0, MEMBERS)), 2, "adults"),
    Show("Bal folk", "Initiation à 20 h, musiciens à 21 h", "espace_convivial",
         17, 20, 23, 60, 1, (Ticket("Plein tarif", 8.0, 0, OWN), Ticket("Tarif réduit", 5.0, 0, OWN)), 9,
         weekdays=(4, 5)),
    Show("Lire un contrat de location", "Avec une juriste de l'association des locataires", "salle_creative",
         20, 18.5, 20, 8, 2, (Ticket("Entrée libre"),), 3, "adults"),
    Show("Réparer son vélo", "Freins, chaîne, dérailleur : on vous montre", "salle_creative",
         22, 18.5, 20.5, 8, 0, (Ticket("Prix libre", 0, 0, OPEN),), 4),
    Show("Cuisine du monde : le couscous de Rachida", "On cuisine à 18 h, on mange à 20 h", "espace_convivial",
         24, 18, 22, 16, 4, (Ticket("Atelier et repas", 18.0), Ticket("Repas seul", 12.0)), 8),
    Show("Soirée jeux de société", "Pour débuter ou pour gagner, dès 12 ans", "espace_convivial",
         26, 18.5, 22, 40, 1, (Ticket("Entrée libre"),), 11),
)
# What is told of one of them in more words.
MORE = {
    "Table ouverte : un dîner, vingt voisins": (
        "Une grande table, un menu unique, des légumes du marais. On vous place à côté d'un voisin à connaître.",
        "Dites-nous vos allergies en arrivant. Les repas qui restent sont offerts le lendemain à l'épicerie.",
    ),
    "Concert : Les Marées basses": (
        "Accordéon, contrebasse et voix : des chansons de dockers, de mouettes et d'attente. Le bar ouvre à 19 h 30.",
        "Le prix est libre : tout va aux musiciens. Huit euros par personne, c'est ce qui leur permet de revenir.",
    ),
}
PASSERS_BY = (
    "Agathe Morvan", "Bastien Leroy", "Chloé Da Silva", "Damien Peyre", "Emma Costil", "Fabrice Noël", "Garance Petit",
    "Houda Meziane", "Isaac Blum", "Juliette Ferry", "Kenza Ouali", "Loïc Prigent", "Manon Vidal", "Nils Andersen",
    "Océane Rault", "Pablo Ruiz", "Romane Jacquet", "Samir Toumi", "Tess Aubry", "Victor Leclerc", "Yann Corre",
    "Zélie Marchal",
)
CALLED_OFF = "Lire un contrat de location"
ASKED = (
    (
        "yasmine", "Chorale du midi", "Une heure pour chanter à plusieurs, sans savoir lire la musique.",
        "Le mardi, de 12 h 30 à 13 h 30", 15, "all", "Prix libre",
    ),
    (
        "florian", "Troc de plants", "Au printemps : chacun apporte ses semis en trop et repart avec ceux des autres.",
        "Un samedi matin d'avril", 30, "families", "Gratuit",
    ),
)
REFUSED = (
    "henri", "Tournoi de pétanque dans la grande salle", "Sur un parquet couvert de bâches.", "Un dimanche", 24,
    "adults", "5 € par équipe", "Le parquet n'y survivrait pas. Et si on le faisait sur le quai, aux beaux jours ?",
)


def days_of(show, today, opens):
    """Return the days on which an event may be, the best first: the one wished, those after it, those before.

    :param today: date
    :param opens: dates on which the place opens
    """
    days = [today + timedelta(days=nth) for nth in range(AHEAD + 1)]
    wished = today + timedelta(days=show.day)
    fit = [
        day for day in days
        if day in opens and (day.month, day.day) not in EVES
        and (not show.weekdays or day.weekday() in show.weekdays)
    ]
    return sorted(fit, key=lambda day: (day < wished, abs(day - wished)))


def in_turn():
    """Return the events in the order in which they choose their day: the hardest to please first."""
    return sorted(SHOWS, key=lambda show: len(show.weekdays) or 7)
