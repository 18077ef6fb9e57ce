from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.tierslieu_base.tools import figures


class RentStatement(models.TransientModel):
    """Turnover by activity over whole months, and the rent that follows it, on one page for the landlord."""

    _name = "tierslieu.rent.statement"
    _description = "Turnover by activity"
    _check_company_auto = True

    place_id = fields.Many2one(
        "tierslieu.place", required=True, ondelete="cascade",
        default=lambda self: self.env["tierslieu.place"].search([("company_id", "=", self.env.company.id)], limit=1),
    )
    company_id = fields.Many2one(related="place_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    first = fields.Date(
        string="From the month of", required=True, default=lambda self: self._last_month(),
    )
    last = fields.Date(string="To the month of", required=True, default=lambda self: self._last_month())
    rent = fields.Monetary(compute="_compute_rent", string="Rent due, VAT excluded")
    turnover = fields.Monetary(compute="_compute_rent", string="Turnover, VAT excluded")

    @api.model
    def _last_month(self):
        return fields.Date.start_of(fields.Date.context_today(self), "month") - relativedelta(months=1)

    @api.depends("place_id", "first", "last")
    def _compute_rent(self):
        for statement in self:
            sheet = statement._sheet() if statement._is_told() else {}
            statement.rent = sheet.get("due", 0.0)
            statement.turnover = sheet.get("turnover", 0.0)

    def _is_told(self):
        return bool(self.place_id and self.first and self.last and self._months() > 0)

    def _bounds(self):
        """Return the first and the last day of the months."""
        return fields.Date.start_of(self.first, "month"), fields.Date.end_of(self.last, "month")

    def _months(self):
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def _sheet(self):
        """Return what the page says.

        The rent is rounded activity by activity, so that whoever adds up the
        column finds its foot.

        :return: dict of `lines` (dicts of `name`, `turnover`, `counted`, `rent`), `turnover`, `base`, `rent`,
            `floor`, `due`, `months`, `first`, `last`, `said` (the months in words)
        """
        self.ensure_one()
        self.place_id.check_access("read")
        place, (first, last) = self.place_id.sudo(), self._bounds()
        currency = place.currency_id
        figures = self.env["tierslieu.figures.activity"].sudo()
        rows = figures._read_group(
            [("place_id", "=", place.id), ("date", ">=", first), ("date", "<=", last), ("turnover", "!=", 0)],
            ["activity_id"], ["turnover:sum"],
        )
        lines = []
        for activity, amount in rows:
            amount = currency.round(amount)
            counted = not place.rent_activity_ids or activity in place.rent_activity_ids
            rent = currency.round(amount * place.rent_percent / 100) if counted else 0.0
            name = activity.name or self.env._("Without an activity")
            lines.append({"name": name, "turnover": amount, "counted": counted, "rent": rent})
        floor, months = place.rent_floor * self._months(), self._months()
        rent = currency.round(sum(line["rent"] for line in lines))
        return {
            "lines": sorted(lines, key=lambda line: -line["turnover"]),
            "turnover": currency.round(sum(line["turnover"] for line in lines)),
            "base": currency.round(sum(line["turnover"] for line in lines if line["counted"])),
            "rent": rent, "floor": currency.round(floor), "due": max(rent, currency.round(floor)),
            "months": months, "first": first, "last": last, "said": self._months_said(),
        }

    def _months_said(self):
        """Say the months: “June 2027”, “April 2027 to June 2027”."""
        first, last = (format_date(self.env, day, date_format="LLLL y") for day in self._bounds())
        if first == last:
            return first
        return self.env._("%(first)s to %(last)s", first=first, last=last)

    def action_print(self):
        """Print the page."""
        self.ensure_one()
        if self._months() < 1:
            raise UserError(self.env._("The last month comes before the first."))
        return self.env.ref("tierslieu_account.action_report_rent").report_action(self)

    def _percent_said(self):
        """Say the share of the landlord as the page does: “5,5 %”."""
        return self.env._("%(percent)s %%", percent=figures(self.env, self.place_id.sudo().rent_percent))

    def _file_name(self):
        return self.env._(
            "Turnover %(place)s %(first)s to %(last)s", place=self.place_id.name,
            first=self.first.strftime("%Y-%m"), last=self.last.strftime("%Y-%m"),
        )
