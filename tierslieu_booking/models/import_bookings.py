from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.models.import_kind import Column, LineError

PAYMENT_WORDS = {
    "paid": ("payé", "payée", "réglé", "réglée", "paid"),
    "to_invoice": ("à facturer", "à payer", "to invoice", "unpaid", "to pay"),
}


class ImportBookings(models.AbstractModel):
    """Bring in the bookings to come, through the same door as anyone's.

    One that is there already is recognised by the number that it had in the
    other tool. What happened to it here since (a move, a cancellation) wins.
    """

    _name = "tierslieu.import.bookings"
    _inherit = "tierslieu.import.kind"
    _description = "Import of bookings to come"
    _import_sequence = 30
    _main_column = "start"
    _most_lines = 1000
    _may_tell = True

    @api.model
    def _title(self):
        return self.env._("Bookings to come")

    @api.model
    def _explain(self):
        return self.env._(
            "One line each booking, of members and spaces that are here already. They are confirmed at once,"
            " at the price of the file or else of the grid. Those of the past stay where they are."
        )

    @api.model
    def _columns(self):
        _ = self.env._
        return [
            Column("number", ("Numéro", "N°", "Réf", "Référence", "Number", "Reference", "ID"), _("Booking number"),
                   "R-2031", required=True,
                   help=_("Its number in the tool used before: it is recognised by it.")),
            Column("member", ("Membre", "Adhérent", "E-mail", "Client", "Courriel", "Email", "Customer"), _("Member"),
                   "camille.moreau@exemple.fr", required=True, help=_("E-mail, reference, or full name.")),
            Column("space", ("Espace", "Salle", "Ressource", "Room", "Resource"), _("Space"), "Petit salon",
                   required=True),
            Column("place", ("Lieu", "Site"), _("Place"), "", help=_("Needed when there are several.")),
            Column("start", ("Début", "Date de début", "Arrivée", "From"), _("Start"), "24/11/2026 14:00", "moment",
                   required=True, help=_("On the clock of the place.")),
            Column("stop", ("Fin", "Date de fin", "Départ", "To"), _("End"), "16:00", "end", required=True,
                   help=_("An hour of the same day, or a day and an hour.")),
            Column("people", ("Personnes", "Nombre de personnes", "Seats"), _("People"), "2", "integer"),
            Column("unit", ("Unité", "Poste", "Desk"), _("Unit"), "",
                   help=_("The very one, when they have their habits. Empty: whichever is free.")),
            Column("price", ("Prix TTC", "Prix", "Montant", "Price", "Amount"), _("Price, tax included"), "24,00",
                   "amount", help=_("Empty: the price of the grid.")),
            Column("payment", ("Paiement", "Règlement", "Statut de paiement"), _("Payment"), "payé", "payment",
                   required=True, help=_("Paid: in the other tool, nothing is invoiced here. Or: to invoice.")),
            Column("note", ("Notes", "Remarque", "Commentaire", "Comment"), _("Note"), "", "note",
                   help=_("For the team.")),
            Column("reason", ("Raison", "Motif", "Reason"), _("Reason to set the rules aside"), "",
                   help=_("When a rule of the space is in the way: how long, how early, how many.")),
        ]

    # -- Parsing

    @api.model
    def _parse_payment(self, cell, run):
        _ = self.env._
        return self._choose(
            cell, {"paid": (_("paid"), *PAYMENT_WORDS["paid"]),
                   "to_invoice": (_("to invoice"), *PAYMENT_WORDS["to_invoice"])}
        )

    @api.model
    def _parse_end(self, cell, run):
        """Return an hour of the day of the start, or a moment."""
        try:
            return typed.clock(cell) if not isinstance(cell, datetime) else typed.moment(cell)
        except typed.Wrong:
            return self._parse_moment(cell, run)

    # -- Reading together

    @api.model
    def _prepare(self, run, lines):
        self._know_places(run)
        numbers = {str(cells["number"]) for _number, cells in lines if "number" in cells}
        found = self._find_keys("tierslieu.booking", numbers, run)
        run.known["number"] = {key.casefold(): booking for key, booking in found.items()}
        said = {str(cells["member"]) for _number, cells in lines if "member" in cells}
        self._know_members(run, said)

    # -- A line

    @api.model
    def _bring_in(self, values, run):
        self._once(values["number"].casefold(), values["number"], values, "number", run)
        place = self._place_of(values, run)
        space = self._space_of(values, place, run)
        if not space:
            raise LineError(
                self.env._("No space of %(place)s is called %(name)s.", place=place.name, name=values["space"]),
                "space", self.env._("Choose among: %(choices)s.", choices=", ".join(place.space_ids.mapped("name"))),
            )
        people = space._party_errors(values.get("people", 1))
        if people:
            raise LineError(people[0], "people", self.env._("Correct the number."))
        partner = self._member(values, run)
        start, stop = self._moments(values, place)
        unit = self._unit(values, space)
        known = run.known["number"].get(values["number"].casefold())
        if known:
            return self._known(known, space, partner, start, stop, values)
        if start < fields.Datetime.now():
            raise LineError(
                self.env._("This booking is of the past: %(when)s.", when=place.format_range(start, stop, year=True)),
                "start", self.env._("Take the line out: only what is to come is brought in."),
            )
        booking = self._reserve(space, partner, start, stop, unit, values)
        self._settle(booking, values)
        booking.action_confirm()
        self._keep_key(booking, values["number"], run)
        run.add(booking)
        return "new"

    @api.model
    def _moments(self, values, place):
        """Return (start, stop), naive UTC, of what is said on the clock of the place."""
        start, stop = values["start"], values["stop"]
        if isinstance(stop, time):
            stop = datetime.combine(start.date(), stop)
        if stop <= start:
            raise LineError(self.env._("The end must come after the start."), "stop",
                            self.env._("Check the day of both."))
        return self._utc(start, place, "start"), self._utc(stop, place, "stop")

    @api.model
    def _utc(self, local, place, column):
        """Turn a moment of the wall clock into UTC; refuse one that is missing, or comes twice."""
        try:
            place._zone().localize(local, is_dst=None)
        except pytz.AmbiguousTimeError as error:
            raise LineError(
                self.env._("%(hour)s comes twice on %(day)s: the clocks go back.",
                           hour=place._say_time(local), day=place.format_date(local.date(), year=True)),
                column, self.env._("Ask which of the two is meant, and book it here by hand."),
            ) from error
        except pytz.NonExistentTimeError as error:
            raise LineError(
                self.env._("%(hour)s does not exist on %(day)s: the clocks go forward.",
                           hour=place._say_time(local), day=place.format_date(local.date(), year=True)),
                column, self.env._("Give the hour that the clock shows."),
            ) from error
        return place.to_utc(local)

    @api.model
    def _unit(self, values, space):
        if "unit" not in values:
            return None
        unit = space.unit_ids.filtered(lambda unit: typed.plain(unit.name) == typed.plain(values["unit"]))[:1]
        if not unit:
            raise LineError(
                self.env._("%(space)s has no unit called %(unit)s.", space=space.name, unit=values["unit"]), "unit",
                self.env._("Leave it empty: any that is free will do."),
            )
        return unit

    @api.model
    def _reserve(self, space, partner, start, stop, unit, values):
        """Hold the slot as anyone does; say which rules may be set aside."""
        people = values.get("people", 1)
        try:
            with self.env.cr.savepoint():
                return self.env["tierslieu.booking"].reserve(
                    space, partner, start, stop, people=people, unit=unit, note=values.get("note"),
                    override_reason=values.get("reason"), use_credits=False,
                )
        except UserError as error:
            final, rules = space._range_errors(start, stop, people)
            advice = self.env._("Correct the line, or take it out.")
            if rules and not final and not values.get("reason"):
                advice = self.env._("Correct the line, or say why the rule is set aside in the column for it.")
            column = "people" if error.args[0] in space._seats_errors(people) else "start"
            raise LineError(error.args[0], column, advice) from error

    @api.model
    def _settle(self, booking, values):
        """Freeze the price of the file, when it gives one, and note what was paid before.

        :return: whether something changed
        """
        said_paid = values["payment"] == "paid"
        another = self._another_price(booking, values)
        changed = another or booking.paid_elsewhere != said_paid
        if another:
            said = booking.with_context(lang=booking.partner_id.lang or self.env.lang).env._("Price agreed before")
            line = booking.line_ids[:1]
            (booking.line_ids - line).unlink()
            line.write({"description": said, "count": 1, "price_unit": values["price"], "amount": values["price"]})
        booking.paid_elsewhere = said_paid
        return changed

    @api.model
    def _another_price(self, booking, values):
        """Whether the file gives a booking another price than it has."""
        return "price" in values and bool(
            booking.currency_id.compare_amounts(booking.amount_total, values["price"])
        )

    @api.model
    def _known(self, booking, space, partner, start, stop, values):
        """Recognise a booking; take it along when the other tool moved it and nobody did here."""
        if booking.state != "confirmed":
            return "same"
        if booking.partner_id != partner:
            raise LineError(
                self.env._("%(number)s is a booking of %(name)s here.", number=values["number"],
                           name=booking.partner_id.name),
                "member", self.env._("Correct the number, or cancel that booking first."),
            )
        moved = (booking.space_id, booking.start, booking.stop) != (space, start, stop)
        if moved:
            self._move(booking, space, start, stop, values)
        # Once it is in the books of here, they say what it costs and what was paid.
        settled = not booking.sale_line_ids and self._settle(booking, values)
        return "changed" if moved or settled else "same"

    @api.model
    def _move(self, booking, space, start, stop, values):
        """Take a booking along; the price that was agreed stays, whatever the grid says."""
        if booking.ics_sequence:
            raise LineError(
                self.env._("%(number)s was moved since it was brought in: it is %(said)s now.",
                           number=values["number"], said=booking._said()),
                "start", self.env._("Move it here, or take the line out."),
            )
        start, stop, space, quote = booking._check_move(start, stop, space, values.get("reason"))
        booking._relocate(start, stop, space)
        # Nobody moved it here: the next file may take it along again.
        booking.ics_sequence = 0
        if "price" in values and not (booking.sale_line_ids and self._another_price(booking, values)):
            quote = quote | {"lines": booking._frozen_lines()}
        booking._reprice(quote)

    @api.model
    def _tell(self, run):
        bookings = self.env["tierslieu.booking"].browse(run.made.get("tierslieu.booking", []))
        bookings._send_mail("tierslieu_booking.mail_template_confirmed")
