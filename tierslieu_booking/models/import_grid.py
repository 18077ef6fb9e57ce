from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.models.import_kind import Column, LineError
from odoo.addons.tierslieu_base.tools import figures

from .rate import WEEKDAYS

# What people call a unit of time, besides the name that the screen gives it.
UNIT_WORDS = {
    "hour": ("heure", "h", "hour", "hourly"),
    "half_day": ("demi-journée", "half-day", "half day"),
    "evening": ("soirée", "soir", "evening"),
    "day": ("jour", "journée", "day", "daily"),
    "week": ("semaine", "week", "weekly"),
    "month": ("mois", "month", "monthly"),
    "flat": ("forfait", "flat"),
}
KIND_WORDS = {
    "coworking": ("coworking", "open space", "poste", "desk"),
    "office": ("bureau", "office"),
    "meeting": ("salle de réunion", "salle", "réunion", "meeting room", "room"),
    "lounge": ("salon", "lounge"),
    "hall": ("grande salle", "espace convivial", "hall"),
    "kitchen": ("cuisine", "kitchen"),
    "machine": ("machine",),
    "locker": ("casier", "locker"),
    "studio": ("studio",),
    "service": ("temps d'une personne", "service", "accompagnement", "someone's time"),
}
TAKEN_WORDS = {
    "any": ("une unité", "un poste", "une", "un", "one of its units", "one"),
    "all": ("tout", "la totalité", "entier", "the whole of it", "all", "whole"),
}
DAY_WORDS = {
    "mon": ("lun", "mon"), "tue": ("mar", "tue"), "wed": ("mer", "wed"), "thu": ("jeu", "thu"),
    "fri": ("ven", "fri"), "sat": ("sam", "sat"), "sun": ("dim", "sun"),
}
SPACE_CELLS = {"kind": "kind", "units": "unit_count", "seats": "seats", "allocation": "allocation"}


class ImportGrid(models.AbstractModel):
    """Bring in the spaces and what they cost: one line for each price.

    A space is recognised by its name in its place, a price by its space, its
    unit of time, its days and hours, and its fare.
    """

    _name = "tierslieu.import.grid"
    _inherit = "tierslieu.import.kind"
    _description = "Import of spaces and prices"
    _import_sequence = 20
    _main_column = "space"
    _most_lines = 1000

    @api.model
    def _title(self):
        return self.env._("Spaces and prices")

    @api.model
    def _explain(self):
        return self.env._(
            "One line each price, tax included: the full price first, then those of the other fares."
            " A space that has no name here yet is created; what it is made of is said once."
        )

    @api.model
    def _columns(self):
        _ = self.env._
        return [
            Column("space", ("Espace", "Salle", "Ressource", "Room", "Resource"), _("Space"), "Petit salon",
                   required=True),
            Column("place", ("Lieu", "Site"), _("Place"), "", help=_("Needed when there are several.")),
            Column("kind", ("Type d'espace", "Genre", "Type", "Kind"), _("Kind of space"), "salon", "kind"),
            Column("units", ("Nombre d'unités", "Unités", "Nombre de postes", "Postes", "Units"), _("Number of units"),
                   "1", "integer", help=_("20 for twenty desks.")),
            Column("seats", ("Personnes", "Places", "Capacité", "Seats", "Capacity"), _("People"), "4", "integer",
                   help=_("How many it takes. 0: no limit is kept.")),
            Column("allocation", ("Une réservation prend",), _("A booking takes"), "", "allocation",
                   help=_("One of its units, or the whole of it. Empty: one when it has several.")),
            Column("unit", ("Unité de temps", "Durée", "Tarif à", "Per"), _("Unit of time"), "heure", "unit",
                   required=True, help=_("Hour, half-day, evening, day, week, month or flat.")),
            Column("price", ("Prix TTC", "Prix", "Tarif TTC", "Montant", "Price", "Amount"), _("Price, tax included"),
                   "12,00", "price", required=True),
            Column("profile", ("Tarif", "Profil", "Profil tarifaire", "Fare profile", "Profile"), _("Fare"), "",
                   "profile", help=_("Empty: the fare for everybody.")),
            Column("days", ("Jours",), _("Days"), "", "days",
                   help=_("Monday to Friday; Saturday, Sunday. Empty: every day.")),
            Column("hour_from", ("De", "À partir de"), _("From"), "", "clock"),
            Column("hour_to", ("À", "Jusqu'à", "Until"), _("To"), "", "clock"),
            Column("tax", ("TVA", "TVA %", "Taux de TVA", "VAT"), _("VAT, %"), "20", "tax",
                   help=_("Empty: the same as the other prices.")),
        ]

    # -- Parsing

    @api.model
    def _labelled(self, model, field, words):
        labels = dict(self.env[model]._fields[field]._description_selection(self.env))
        return {key: (labels[key], *words[key]) for key in words}

    @api.model
    def _parse_kind(self, cell, run):
        return self._choose(cell, self._labelled("tierslieu.space", "kind", KIND_WORDS))

    @api.model
    def _parse_allocation(self, cell, run):
        return self._choose(cell, self._labelled("tierslieu.space", "allocation", TAKEN_WORDS))

    @api.model
    def _parse_unit(self, cell, run):
        return self._choose(cell, self._labelled("tierslieu.rate", "time_unit", UNIT_WORDS))

    @api.model
    def _parse_profile(self, cell, run):
        return self.env["tierslieu.import.members"]._parse_profile(cell, run)

    @api.model
    def _parse_price(self, cell, run):
        price = self._parse_amount(cell, run)
        try:
            return self.env["tierslieu.rate.grid"]._checked_price(price)
        except UserError as error:
            raise LineError(error.args[0]) from error

    @api.model
    def _parse_days(self, cell, run):
        """Return the days that a text names: “lundi à vendredi”, “sam, dim”."""
        keys = list(WEEKDAYS)
        named = {word: day for day, words in DAY_WORDS.items() for word in words}
        days, span, last = set(), False, None
        for word in typed.plain(str(cell).replace("-", " to ")).split():
            if word in ("a", "to", "au"):
                span = last is not None
            elif word[:3] in named:
                day = named[word[:3]]
                if span:
                    first, end = keys.index(last), keys.index(day)
                    days |= {keys[(first + nth) % 7] for nth in range((end - first) % 7 + 1)}
                days.add(day)
                last, span = day, False
            elif word not in ("et", "and", "le", "les", "du", "from"):
                last, days = None, set()
                break
        if not days:
            raise LineError(
                self.env._("“%(value)s” names no days of the week.", value=cell),
                advice=self.env._("Write “Monday to Friday”, or “Saturday, Sunday”."),
            )
        return frozenset(days)

    @api.model
    def _parse_tax(self, cell, run):
        text = str(cell).replace("%", "")
        try:
            # A spreadsheet's 5,5 % is 0.055.
            rate = float(typed.amount(text, decimals=4))
        except typed.Wrong as error:
            raise LineError(self.env._("“%(value)s” is not a rate of VAT.", value=cell),
                            advice=self.env._("Write it like 20 or 5,5.")) from error
        if "%" not in str(cell) and isinstance(cell, float) and 0 < rate < 1:
            rate = round(rate * 100, 4)
        tax = self.env["account.tax"].sudo().search(
            [
                *self.env["account.tax"]._check_company_domain(run.company),
                ("type_tax_use", "=", "sale"), ("amount_type", "=", "percent"), ("amount", "=", rate),
            ]
        ).filtered("price_include")[:1]
        if not tax and rate:
            raise LineError(
                self.env._("No sales tax of %(rate)s %% is included in prices here.", rate=figures(self.env, rate)),
                advice=self.env._("Create it, or leave the cell empty."),
            )
        return tax

    # -- A line

    @api.model
    def _prepare(self, run, lines):
        self._know_places(run)
        run.known["said"] = {}
        run.known["profiles"] = self.env["tierslieu.rate.grid"]._profiles(run.company)

    @api.model
    def _bring_in(self, values, run):
        place = self._place_of(values, run)
        space = self._space_of(values, place, run)
        outcomes = set()
        if not space:
            space = self._new_space(values, place, run)
            outcomes.add("new")
        else:
            outcomes.add(self._change_space(space, values, run))
        window = self._window(values)
        default = run.known["profiles"][:1]
        profile = values.get("profile") or default
        units = self._labelled("tierslieu.rate", "time_unit", UNIT_WORDS)
        said = f"{space.name}, {units[values['unit']][0]}"
        self._once((space.id, values["unit"], tuple(sorted(window.items())), profile.id), said, values, "unit", run)
        rate = self._rate(space, values, window)
        if not rate:
            if profile != default:
                raise LineError(
                    self.env._("%(rate)s has no full price yet.", rate=said), "profile",
                    self.env._("Put the line of its full price above this one."),
                )
            rate = self._new_rate(space, values, window, run)
            outcomes.add("new")
        outcomes.add(self._change_price(rate, profile, default, values))
        return next(kind for kind in ("new", "changed", "same") if kind in outcomes)

    @api.model
    def _new_space(self, values, place, run):
        units = values.get("units", 1)
        space = self.env["tierslieu.space"].sudo().create(
            {
                "name": values["space"],
                "place_id": place.id,
                "kind": values.get("kind", "meeting"),
                "seats": values.get("seats", 0 if units == 1 else 1),
                "allocation": values.get("allocation", "any" if units > 1 else "all"),
                "unit_count": units,
            }
        )
        run.add(space)
        run.known["spaces"][place.id, typed.plain(values["space"])] = space.id
        self._remember(space, values, run)
        return space

    @api.model
    def _remember(self, space, values, run):
        """Refuse what contradicts an earlier line of the same file."""
        for name in SPACE_CELLS:
            if name not in values:
                continue
            value, line = run.known["said"].setdefault((space.id, name), (values[name], values["_line"]))
            if value != values[name]:
                raise LineError(
                    self.env._("Line %(line)s says something else of %(space)s.", line=line, space=space.name),
                    name, self.env._("Say it once, or the same on each line."),
                )

    @api.model
    def _change_space(self, space, values, run):
        self._remember(space, values, run)
        wanted = {field: values[name] for name, field in SPACE_CELLS.items() if name in values}
        changed = {field: value for field, value in wanted.items() if space[field] != value}
        space.write(changed)
        return "changed" if changed else "same"

    @api.model
    def _window(self, values):
        """Return the days and hours of a price, for the cells that say something."""
        window = {}
        if "days" in values:
            window |= {day: day in values["days"] for day in WEEKDAYS}
        for name in ("hour_from", "hour_to"):
            if name in values:
                hour = values[name].hour + values[name].minute / 60
                window[name] = 24.0 if name == "hour_to" and not hour else hour
        if window.get("hour_from", 0) >= window.get("hour_to", 24):
            raise LineError(self.env._("The hours end before they begin."), "hour_to",
                            self.env._("Midnight is 00:00 at the end."))
        return window

    @api.model
    def _rate(self, space, values, window):
        """Return the rate of a space that a line is about, or an empty one."""
        rates = space.rate_ids.filtered(lambda rate: rate.time_unit == values["unit"])
        usual = dict.fromkeys(WEEKDAYS, True) | {"hour_from": 0.0, "hour_to": 24.0}
        exact = rates.filtered(
            lambda rate: all(abs(rate[name] - value) < 0.001 for name, value in (usual | window).items())
        )
        if exact or window:
            return exact[:1]
        if len(rates) > 1:
            raise LineError(
                self.env._("%(space)s has several prices for this unit of time.", space=space.name), "unit",
                self.env._("Say the days and hours of the one that is meant."),
            )
        return rates

    @api.model
    def _new_rate(self, space, values, window, run):
        rate = self.env["tierslieu.rate.grid"].sudo()._add_rate(space, values["unit"], values["price"])
        if "tax" in values:
            rate.product_id.taxes_id = [Command.set(values["tax"].ids)]
        if window:
            rate.write(window)
        rate._check_product()
        run.add(rate)
        return rate

    @api.model
    def _change_price(self, rate, profile, default, values):
        grid = self.env["tierslieu.rate.grid"].sudo()
        changed = False
        if "tax" in values and rate.product_id.taxes_id != values["tax"]:
            rate.product_id.taxes_id = [Command.set(values["tax"].ids)]
            rate._check_product()
            changed = True
        price = grid._prices(rate, profile)[profile, rate]["price"] if profile else rate.list_price
        if rate.currency_id.compare_amounts(price, values["price"]):
            if profile:
                grid._set_price(rate, profile, values["price"], is_default=profile == default)
            else:
                rate.product_id.list_price = values["price"]
            changed = True
        return "changed" if changed else "same"
