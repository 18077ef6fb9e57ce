"""A month of events at Le Quai: workshops, meals and concerts, with their seats, their fares and their people."""

from datetime import datetime, time, timedelta
from itertools import cycle, islice

from odoo import Command, fields

from .bank import journal_of, receive
from .event_month import (
    AHEAD,
    ASKED,
    CALLED_OFF,
    MORE,
    PASSERS_BY,
    REFUSED,
    SHOWS,
    THEMES,
    days_of,
    in_turn,
)

# Nobody announces for this evening what begins sooner.
SOONEST = timedelta(hours=1)
# How many seats one person buys, family and neighbours included.
TOGETHER = 7


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
    opens = _opens(place)
    events = {show.title: _announce(env, place, product, themes, policy, show, opens) for show in in_turn()}
    people = _people(env)
    for show in SHOWS:
        _come(env, events[show.title], show, people)
    receive(env, env["event.registration"].search([]).sale_order_id.invoice_ids)
    _codes(env, events)
    _door(events[SHOWS[0].title])
    _proposals(env, place)
    _call_off(events[CALLED_OFF])


def _call_off(event):
    """Call an event off and settle its seats, in the transaction that builds: what is scheduled saves by itself."""
    event.tierslieu_call_off("Notre intervenante est souffrante : nous cherchons une autre date.")
    for seats in event.registration_ids._tierslieu_groups_of_payers():
        seats._step(lambda *_done: None)


def _opens(place):
    """Return the dates of the weeks to come on which the place opens."""
    today = place.now_local().date()
    start, stop = place.day_bounds(today)[0], place.day_bounds(today + timedelta(days=AHEAD))[1]
    return {place.to_local(begin).date() for begin, _end in place.open_intervals(start, stop)}


def _times(place, space, show, opens):
    """Return when an event is, naive UTC: on the first of its days that has its room."""
    rows, setup = place.env["tierslieu.occupancy"], timedelta(minutes=_setup(show))
    for day in days_of(show, place.now_local().date(), opens):
        midnight = datetime.combine(day, time())
        begin, end = (place.to_utc(midnight + timedelta(hours=hour)) for hour in (show.start, show.stop))
        soon = begin < fields.Datetime.now() + SOONEST
        if not soon and not rows._live(space.unit_ids, [(begin - setup, end + setup)]):
            return begin, end
    raise ValueError(f"{show.title}: its room is never free.")


def _setup(show):
    """Return how many minutes it takes to set a room up, and to clean it."""
    return 30 if show.seats >= 20 else 0


def _announce(env, place, product, themes, policy, show, opens):
    """Announce an event."""
    space = env.ref(f"le_quai.{show.space}")
    begin, end = _times(place, space, show, opens)
    values = {
        "date_begin": begin,
        "date_end": end,
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
        "stage_id": env.ref("event.event_stage_announced").id,
        "tierslieu_place_id": place.id,
        "tierslieu_policy_id": policy.id,
        "tierslieu_audience": show.audience,
        "tierslieu_setup": _setup(show),
        "tierslieu_cleanup": _setup(show),
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
    return env["event.event"].create(values)


def _description(show):
    lines = MORE.get(show.title, (f"{show.subtitle}.",))
    said = "".join(f"<p>{line}</p>" for line in lines)
    return f'<section class="s_text_block pt16 pb16"><div class="container">{said}</div></section>'


def _cover(space):
    """Return how the top of the page of an event looks: the drawing of its room."""
    return (
        f'{{"background-image": "url({space.drawing_url()})", "opacity": "0.6",'
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
    """Give the seats of an event: those that have a price are sold, to a few at a time."""
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
            for sold in range(0, number, TOGETHER):
                _sell(env, event, ticket, next(people), min(TOGETHER, number - sold))
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


def _sell(env, event, ticket, person, number):
    """Sell seats as the host does, days before: those who are known pay by transfer, the others at the till."""
    journal = "account" if person.get("partner_id") else str(journal_of(env, "cash").id)
    host = env["res.users"].search([("login", "=", "sami")])
    env(user=host.id, su=True)["tierslieu.door.sale"].create(
        {
            "event_id": event.id, "ticket_id": ticket.id, "number": number, "journal": journal,
            "come_in": False, **{key: person[key] for key in ("name", "email", "partner_id") if person.get(key)},
        }
    ).action_sell()


def _codes(env, events):
    """Keep seats for guests, and count the covers of a dinner together."""
    concert = events["Concert : Les Marées basses"]
    env["tierslieu.event.voucher"].create(
        {
            "event_id": concert.id, "code": "MAREES", "note": "Invités du groupe", "uses": 4, "keeps_seats": True,
            "ticket_id": concert.event_ticket_ids[:1].id,
        }
    )
    film = next(event for title, event in events.items() if title.startswith("Ciné-débat"))
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
