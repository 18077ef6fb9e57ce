"""The entrance of Le Quai: who welcomes, where what is, and what is announced for the month."""

from datetime import datetime, time, timedelta
from itertools import cycle

from odoo import Command, fields

WHEREABOUTS = {
    "coworking": "Rez-de-chaussée, face à l'entrée",
    "petit_salon": "Rez-de-chaussée, porte verte",
    "salle_creative": "1er étage, porte jaune",
    "espace_convivial": "Rez-de-chaussée, au fond",
    "table_cuisine": "Rez-de-chaussée, derrière le bar",
    "bureau_amont": "1er étage, à gauche",
    "bureau_aval": "1er étage, à droite",
    "etage": "1er étage, tout le palier",
    "tout_le_lieu": "Du rez-de-chaussée au 1er étage",
    "casier": "Rez-de-chaussée, le long de l'escalier",
    "decoupeuse_laser": "Atelier, au fond de la cour",
    "imprimante_3d": "Atelier, au fond de la cour",
}
# Who, what they do, on which days, from when to when.
WELCOME = (
    ("Sami", "", (0, 1, 2, 3, 4), 9, 18),
    ("Camille", "", (1, 3), 14, 18),
    ("Gwenaël", "Coup de main informatique", (1,), 10, 12),
    ("Wendy", "", (2,), 14, 18),
    ("Yasmine", "Au bar", (4,), 16, 18),
    ("Wendy", "", (5,), 10, 14),
    ("Bruno", "Atelier réparation", (5,), 10, 17),
)
# What regulars do is open to all: who, where, which weekday, and the titles in turn.
REGULAR = {
    ("maison", "espace_convivial", 2): (
        ("Mercredi des familles", "Jeux, lecture, goûter de 15 h à 17 h : entrée libre"),
    ),
    ("maison", "espace_convivial", 5): (
        ("Repair café", "Venez avec ce qui ne marche plus : on le répare ensemble"),
        ("Exposition « Mémoires du canal »", "Photos prêtées par les habitants, entrée libre"),
        ("Gratiferia", "On apporte ce qu'on veut, on emporte ce qui plaît"),
    ),
    ("maison", "salle_creative", 2): (("Soirée jeux de société", "Pour débuter ou pour gagner, dès 12 ans"),),
    ("fourchette", "table_cuisine", 2): (("Table d'hôtes", "Service à 12 h 30, prix libre, sur inscription"),),
    ("fourchette", "table_cuisine", 5): (("Atelier cuisine", "On cuisine dès 10 h, on mange ensemble à 13 h"),),
}
# What the house adds: where, from when to when, on the first free day so many days from now.
ADDED = (
    ("Yoga du midi", "Tapis sur place, prix libre", "salle_creative", 12.5, 13.5, 0),
    ("Aide aux devoirs", "Du CP à la troisième, sans inscription", "salle_creative", 16.5, 18, 0),
    ("Atelier CV", "On relit le vôtre à deux, sur papier ou sur clé", "petit_salon", 14, 16, 1),
    ("Apéro du mois : raconter le quartier", "Chacun apporte de quoi partager", "espace_convivial", 18, 22, 3),
    ("Yoga du midi", "Tapis sur place, prix libre", "salle_creative", 12.5, 13.5, 7),
    ("Aide aux devoirs", "Du CP à la troisième, sans inscription", "salle_creative", 16.5, 18, 7),
    ("Groupe de codéveloppement", "Une question chacun, des pistes à six", "petit_salon", 10, 12, 9),
)


def build_entrance(env):
    """Put the screen at the entrance, with who welcomes and the month's programme."""
    place = env.ref("le_quai.place")
    for code, words in WHEREABOUTS.items():
        env.ref(f"le_quai.{code}").whereabouts = words
    place.write(
        {
            "screen_mode": "public",
            "screen_join_path": "/nous-rejoindre",
            "screen_note": "Le café est prêt : prix libre, la boîte est sur le bar.",
            "welcome_ids": [
                Command.create(
                    {"first_name": name, "role": role, "weekday": str(day), "hour_from": start, "hour_to": stop}
                )
                for name, role, days, start, stop in WELCOME
                for day in days
            ],
        }
    )
    _announce_regulars(env, place)
    host = env["res.users"].search([("login", "=", "sami")])
    for title, summary, code, first, last, days in ADDED:
        _add(env(user=host.id, su=True), place, f"le_quai.{code}", title, summary, (first, last), days)


def _announce_regulars(env, place):
    """Say in public what some of the coming bookings are."""
    turns = {key: cycle(titles) for key, titles in REGULAR.items()}
    who = {env.ref(f"le_quai.{key[0]}"): key[0] for key in REGULAR}
    spaces = {env.ref(f"le_quai.{key[1]}"): key[1] for key in REGULAR}
    for booking in env["tierslieu.booking"].search(
        [("state", "in", ("confirmed", "in_use")), ("partner_id", "in", [one.id for one in who])], order="start, id"
    ):
        first, last = place.to_local(booking.start), place.to_local(booking.stop)
        key = (who[booking.partner_id], spaces.get(booking.space_id), first.weekday())
        if key in turns and first.date() == last.date():
            title, summary = next(turns[key])
            booking.write({"announced_as": title, "announced_summary": summary})


def _add(env, place, xmlid, title, summary, hours, days):
    """Book an event of the house on the first day that has room for it, and announce it."""
    space = env.ref(xmlid)
    for nth in range(days, days + 10):
        midnight = datetime.combine(place.now_local().date() + timedelta(days=nth), time())
        start, stop = (place.to_utc(midnight + timedelta(hours=hour)) for hour in hours)
        if start > fields.Datetime.now() + timedelta(hours=1) and space.free_count(start, stop):
            booking = env["tierslieu.booking"].reserve(
                space, env.ref("le_quai.maison"), start, stop, people=min(12, space.seats)
            )
            booking.action_confirm()
            booking.write({"announced_as": title, "announced_summary": summary})
            return
