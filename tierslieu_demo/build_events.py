"""A month of events at Le Quai: workshops, meals and concerts, with their seats, their fares and their people."""

from datetime import datetime, time, timedelta
from itertools import cycle, islice
from typing import NamedTuple

from odoo import Command, fields
from odoo.exceptions import UserError

from .bank import journal_of

THEMES = ("Faire soi-même", "Culture", "Coopération", "Numérique", "Manger ensemble")
# How many days a room is looked for from the day that is wished.
LOOKED_FOR = 12


class Ticket(NamedTuple):
    """A ticket: what it costs, how many there are (0: no limit), and what else there is to say of it."""

    name: str
    price: float = 0
    seats: int = 0
    options: dict = {}


class Show(NamedTuple):
    """An event: where, so many days from today, from when to when (local hours), for how many, who comes."""

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


MEMBERS = {"tierslieu_public": "members"}
OPEN = {"tierslieu_free_price": True, "tierslieu_floor": 0.0, "tierslieu_suggested": 8.0}
SHOWS = (
    Show("Repair café du jeudi", "Apportez ce qui ne marche plus, on le répare ensemble", "salle_creative",
         0, 18.5, 21, 12, 0, (Ticket("Entrée libre"),), 9),
    Show("Petit déjeuner des nouveaux", "Un café, un tour du lieu, toutes vos questions", "espace_convivial",
         1, 8, 9, 15, 2, (Ticket("Entrée libre"),), 6),
    Show("Initiation à la découpe laser", "De la maquette à la pièce, à quatre personnes", "salle_creative",
         2, 18.5, 21.5, 4, 0, (Ticket("Habitants", 24.0), Ticket("Membres", 12.0, 0, MEMBERS)), 3, "adults"),
    Show("Concert : Les Marées basses", "Trio de chansons du port, prix libre", "espace_convivial",
         3, 20, 22.5, 60, 1, (Ticket("Prix libre", 0, 0, OPEN),), 31),
    Show("Éveil musical", "Pour les enfants de 1 à 3 ans, avec un parent", "salle_creative",
         5, 8, 9, 10, 1, (Ticket("Enfant et parent", 5.0),), 4, "children"),
    Show("Table ouverte : un dîner, vingt voisins", "Cuisine de saison de La Fourchette solidaire", "espace_convivial",
         6, 19, 22, 20, 4, (Ticket("Repas", 14.0), Ticket("Repas enfant", 7.0, 6)), 20),
    Show("Atelier CV et lettre", "On relit le vôtre à deux", "petit_salon",
         7, 18.5, 20, 6, 2, (Ticket("Entrée libre"),), 4, "adults"),
    Show("Ciné-débat : « Habiter l'eau »", "Un film, puis une discussion avec la réalisatrice", "espace_convivial",
         8, 20, 22.5, 60, 1, (Ticket("Plein tarif", 6.0), Ticket("Tarif réduit", 4.0), Ticket("Moins de 12 ans")), 27),
    Show("Café des entrepreneuses", "Ce qui avance, ce qui coince, qui peut aider", "salle_creative",
         9, 8, 9, 12, 2, (Ticket("Entrée libre"),), 8, "adults"),
    Show("Premiers pas avec une imprimante 3D", "Dessiner et imprimer un petit objet", "salle_creative",
         10, 18.5, 20.5, 6, 3, (Ticket("Habitants", 18.0), Ticket("Membres", 9.0, 0, MEMBERS)), 5),
    Show("Gratiferia", "On apporte ce qu'on veut, on emporte ce qui plaît", "espace_convivial",
         12, 18, 21, 0, 0, (), 0, "families"),
    Show("Assemblée des usagers", "L'ordre du jour est affiché dans l'entrée", "espace_convivial",
         13, 18.5, 20.5, 60, 2, (Ticket("Membres", 0, 0, MEMBERS),), 12, "adults"),
    Show("Contes au coin du poêle", "Dès 5 ans, un goûter à la fin", "espace_convivial",
         14, 18, 19, 30, 1, (Ticket("Prix libre", 0, 0, OPEN),), 13, "families"),
    Show("Fresque du numérique", "Trois heures pour comprendre ce que pèsent nos écrans", "salle_creative",
         15, 18.5, 21.5, 12, 3, (Ticket("Entrée libre"),), 7, "adults"),
    Show("Couture : l'ourlet sans peine", "Machines sur place, apportez votre pantalon", "salle_creative",
         16, 18.5, 20.5, 6, 0, (Ticket("Habitants", 15.0), Ticket("Membres", 8.0, 0, MEMBERS)), 2, "adults"),
    Show("Bal folk", "Initiation à 20 h, musiciens à 21 h", "espace_convivial",
         17, 20, 23, 60, 1, (Ticket("Plein tarif", 8.0), Ticket("Tarif réduit", 5.0)), 18),
    Show("Lire un contrat de location", "Avec une juriste de l'association des locataires", "petit_salon",
         20, 18.5, 20, 8, 2, (Ticket("Entrée libre"),), 3, "adults"),
    Show("Réparer son vélo avant l'été", "Freins, chaîne, dérailleur : on vous montre", "salle_creative",
         22, 18.5, 20.5, 8, 0, (Ticket("Prix libre", 0, 0, OPEN),), 4),
    Show("Cuisine du monde : le couscous de Rachida", "On cuisine à 18 h, on mange à 20 h", "espace_convivial",
         24, 18, 22, 16, 4, (Ticket("Atelier et repas", 18.0), Ticket("Repas seul", 12.0)), 9),
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


def build_events(env):
    """Announce a month of events, and have people come."""
    env = env(context=dict(env.context, install_mode=True))
    place, company = env.ref("le_quai.place"), env.company
    product = env.ref("event_product.product_product_event")
    product.write({"name": "Place à un événement", "taxes_id": [Command.set(env.ref("le_quai.tva_10").ids)]})
    category = env["event.tag.category"].create({"name": "Thème"})
    themes = env["event.tag"].create(
        [{"name": name, "category_id": category.id, "color": nth + 1} for nth, name in enumerate(THEMES)]
    )
    policy = env["tierslieu.cancellation.policy"].create(
        {
            "name": "Places d'événements", "sequence": 40, "company_id": company.id,
            "step_ids": [Command.create({"hours": 24, "fee": 100})],
        }
    )
    events = {}
    for show in SHOWS:
        event = _announce(env, place, product, themes, policy, show)
        if event:
            events[show.title] = event
    people = _people(env)
    for show in SHOWS:
        if show.title in events:
            _come(env, events[show.title], show, people)
    _codes(env, events)
    _door(events[SHOWS[0].title])
    _proposals(env, place)
    if CALLED_OFF in events:
        events[CALLED_OFF].tierslieu_call_off("Notre intervenante est souffrante : nous cherchons une autre date.")
        env["event.event"]._cron_call_off()


def _announce(env, place, product, themes, policy, show):
    """Announce an event on the first day that has its room; None when there is none."""
    space = env.ref(f"le_quai.{show.space}")
    values = {
        "name": show.title,
        "subtitle": show.subtitle,
        "date_tz": place.tz,
        "user_id": env["res.users"].search([("login", "=", "camille")]).id,
        "organizer_id": env.company.partner_id.id,
        "address_id": place.partner_id.id,
        "seats_limited": bool(show.seats),
        "seats_max": show.seats,
        "tag_ids": [Command.set(themes[show.theme].ids)],
        "is_published": True,
        "tierslieu_place_id": place.id,
        "tierslieu_policy_id": policy.id,
        "tierslieu_audience": show.audience,
        "tierslieu_setup": 30 if show.seats >= 20 else 0,
        "tierslieu_cleanup": 30 if show.seats >= 20 else 0,
        "tierslieu_space_ids": [Command.set(space.ids)],
        "description": _description(show),
        "cover_properties": _cover(space),
        "event_ticket_ids": [
            Command.create(
                {"name": name, "price": price, "seats_max": seats, "product_id": product.id} | options
            )
            for name, price, seats, options in show.tickets
        ],
    }
    for nth in range(show.day, show.day + LOOKED_FOR):
        midnight = datetime.combine(place.now_local().date() + timedelta(days=nth), time())
        times = {
            "date_begin": place.to_utc(midnight + timedelta(hours=show.start)),
            "date_end": place.to_utc(midnight + timedelta(hours=show.stop)),
        }
        try:
            with env.cr.savepoint():
                return env["event.event"].create(values | times)
        except UserError:
            continue
    return None


def _description(show):
    lines = MORE.get(show.title, (f"{show.subtitle}.",))
    said = "".join(f"<p>{line}</p>" for line in lines)
    return f'<section class="s_text_block pt16 pb16"><div class="container">{said}</div></section>'


def _cover(space):
    """Return how the top of the page of an event looks: the drawing of its room."""
    return (
        f'{{"background-image": "url(/web/image/tierslieu.space/{space.id}/image_1920)", "opacity": "0.3",'
        ' "background_color_class": "o_cc3", "resize_class": "o_record_has_cover o_half_screen_height",'
        ' "text_align_class": ""}'
    )


def _people(env):
    """Return an endless round of who comes: members and passers-by, as values of a registration."""
    named = env["res.partner"].browse(
        env["ir.model.data"].search([("module", "=", "le_quai"), ("model", "=", "res.partner")]).mapped("res_id")
    )
    known = (named - named.filtered("is_company")).sorted("name")
    rows = [{"partner_id": one.id, "name": one.name, "email": one.email} for one in known]
    for name in PASSERS_BY:
        address = name.lower().replace(" ", ".")
        rows.insert((len(rows) * 7) % (len(rows) + 1), {"name": name, "email": f"{address}@exemple.example"})
    return cycle(rows)


def _come(env, event, show, people):
    """Give the seats of an event: those that have a price are sold, at most four at a time."""
    tickets = event.event_ticket_ids.filtered(lambda ticket: ticket.tierslieu_public == "all")
    tickets = tickets or event.event_ticket_ids
    if not tickets:
        return
    left = show.people
    for nth, ticket in enumerate(tickets.sorted("price")):
        # The dearest is the usual one: the others are for a few.
        number = left if nth == len(tickets) - 1 else min(ticket.seats_max or left // 4, left)
        left -= number
        if ticket.price:
            for sold in range(0, number, 4):
                _sell(env, event, ticket, next(people), min(4, number - sold), nth)
        else:
            event.registration_ids.with_context(mail_create_nosubscribe=True).create(
                _rows(event, ticket, islice(people, number))
            )


def _rows(event, ticket, crowd):
    """Return the registrations of people who come for nothing, or give what they like at the door."""
    rows, date = [], event._tierslieu_date()
    for person in crowd:
        partner = event.env["res.partner"].browse(person.get("partner_id"))
        if ticket.tierslieu_public == "members" and not (partner and partner.is_tierslieu_member_on(date)):
            continue
        rows.append(person | {"event_id": event.id, "event_ticket_id": ticket.id, "state": "open"})
    return rows


def _sell(env, event, ticket, person, number, nth):
    """Sell seats as the host does, days before."""
    journal = journal_of(env, "cash" if nth % 2 else "bank")
    host = env["res.users"].search([("login", "=", "sami")])
    env(user=host.id, su=True)["tierslieu.door.sale"].create(
        {
            "event_id": event.id, "ticket_id": ticket.id, "number": number, "journal": str(journal.id),
            "come_in": False, **{key: person[key] for key in ("name", "email", "partner_id") if person.get(key)},
        }
    ).action_sell()


def _codes(env, events):
    """Keep seats for guests, and count the covers of a dinner together."""
    concert = events.get("Concert : Les Marées basses")
    if concert:
        env["tierslieu.event.voucher"].create(
            {
                "event_id": concert.id, "code": "MAREES", "note": "Invités du groupe", "uses": 4, "keeps_seats": True,
                "ticket_id": concert.event_ticket_ids[:1].id,
            }
        )
    film = next((event for title, event in events.items() if title.startswith("Ciné-débat")), None)
    if film:
        *reduced, full = film.event_ticket_ids.sorted("price")
        env["tierslieu.event.quota"].create(
            {
                "event_id": film.id, "name": "Tarifs réduits", "size": 20,
                "ticket_ids": [Command.set([ticket.id for ticket in reduced])],
            }
        )
        credit_type = env.ref("le_quai.ticket")
        full.write({"tierslieu_credit_type_id": credit_type.id, "tierslieu_credits": 0.5})


def _door(event):
    """Let in the first who come to the event of this evening, or of the next one."""
    if event.date_begin - timedelta(hours=2) < fields.Datetime.now():
        for seat in event.registration_ids[:4]:
            event.tierslieu_scan([{"nonce": f"le quai {seat.id}", "code": seat.barcode, "door": "Entrée"}])


def _proposals(env, place):
    """Leave the team two events that members would like to see, and one that was refused."""
    proposals = env["tierslieu.event.proposal"]

    def propose(who, title, what, wished, people, audience, price):
        return proposals.create(
            {
                "partner_id": env.ref(f"le_quai.{who}").id, "name": title, "description": what, "wished": wished,
                "people": people, "audience": audience, "price_wished": price, "place_id": place.id,
            }
        )

    for asked in ASKED:
        propose(*asked)
    *asked, answer = REFUSED
    refused = propose(*asked)
    refused.answer = answer
    refused.action_refuse()
