from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, format_date, remove_accents

from ..kernels.adhesion import typed_people
from .adhesion import GOOD


class Partner(models.Model):
    """Who is a member, since when and until when."""

    _inherit = "res.partner"

    tierslieu_adhesion_ids = fields.Many2many(
        "membership.membership_line", "tierslieu_adhesion_covered_rel", "partner_id", "line_id",
        string="Adhesions", groups="tierslieu_base.group_host", copy=False,
    )
    tierslieu_entity_adhesion_ids = fields.One2many(
        "membership.membership_line", "tierslieu_entity_id", string="Adhesions of the organisation",
        groups="tierslieu_base.group_host",
    )
    tierslieu_adhesion_spans = fields.Json(
        string="Member during", compute="_compute_tierslieu_adhesion_spans", groups="tierslieu_base.group_host",
    )
    tierslieu_adhesion_state = fields.Selection(
        [
            ("valid", "In order"),
            ("grace", "Over, still counts"),
            ("unpaid", "Unpaid"),
            ("coming", "To come"),
            ("lapsed", "Lapsed"),
            ("none", "None"),
        ],
        string="Adhesion", compute="_compute_tierslieu_adhesion_state", search="_search_tierslieu_adhesion_state",
        groups="tierslieu_base.group_host",
    )
    tierslieu_adhesion_until = fields.Date(
        string="Adhesion until", compute="_compute_tierslieu_adhesion_state", groups="tierslieu_base.group_host"
    )
    tierslieu_adhesion_said = fields.Char(
        string="Adhesion in words", compute="_compute_tierslieu_adhesion_state", groups="tierslieu_base.group_host"
    )
    tierslieu_member_on = fields.Date(
        string="Member on", compute="_compute_tierslieu_member_on", search="_search_tierslieu_member_on",
        groups="tierslieu_base.group_host", help="A day to look for: whoever is a member on it.",
    )
    tierslieu_adhesion_turn = fields.Integer(
        readonly=True, copy=False, groups="base.group_system", help="A number to meet on: who buys twice at once."
    )

    membership_state = fields.Selection(compute="_compute_tierslieu_membership_state")
    membership_category_ids = fields.Many2many(compute="_compute_tierslieu_membership_state")

    @api.depends(
        "free_member",
        *(f"member_line_ids.{name}" for name in ("state", "category_id", "date_to", "date_from", "date_cancel")),
        *(f"associate_member_id.{name}" for name in ("membership_state", "membership_category_ids")),
    )
    def _compute_tierslieu_membership_state(self):
        """Compute the state from that of the lines, which has all that there is to know of invoices."""
        self._compute_membership_state()

    # -- What the rules ask

    @api.model
    def _tierslieu_keeps_adhesions(self):
        return True

    def is_tierslieu_member_on(self, date):
        """Whether a paid or free adhesion covers a local date in the company of the environment.

        Their own, that of their family, that of their organisation; the days of grace after its end
        count. Asked of one person, it is read for all those that were fetched with them.
        """
        self.ensure_one()
        if not self.id:
            return False
        day = fields.Date.to_string(fields.Date.to_date(date))
        spans = self.sudo().tierslieu_adhesion_spans or []
        return any(first <= day <= last for first, last in spans)

    @api.model
    def _tierslieu_join_address(self, company):
        """Return the address where one joins."""
        website = self.env["website"].sudo().search([("company_id", "=", company.id)], limit=1)
        return f"{website.get_base_url()}/join" if website else None

    @api.depends(
        *(
            f"{path}.{name}"
            for path in ("tierslieu_adhesion_ids", "commercial_partner_id.tierslieu_entity_adhesion_ids")
            for name in (
                "state", "date_from", "date_to", "tierslieu_scope", "tierslieu_paid_on", "tierslieu_credited_on",
                "company_id.tierslieu_adhesion_grace",
            )
        )
    )
    @api.depends_context("company")
    def _compute_tierslieu_adhesion_spans(self):
        for partner, lines in self._tierslieu_adhesions_of(self.env.company).items():
            spans = {line._tierslieu_span() for line in lines} - {None}
            partner.tierslieu_adhesion_spans = sorted(
                [fields.Date.to_string(day) for day in span] for span in spans
            )

    def _tierslieu_adhesions_of(self, company, counting=True):
        """Return {person: adhesions that cover them}, in a constant number of queries.

        :param counting: those that count or counted; else all of them
        """
        adhesions = self.env["membership.membership_line"].sudo()
        people = self.sudo()
        domain = Domain("tierslieu_covered_ids", "in", people.ids) | Domain(
            "tierslieu_entity_id", "in", people.commercial_partner_id.ids
        )
        domain &= (
            adhesions._tierslieu_counting(company)
            if counting
            else Domain("tierslieu_scope", "!=", False) & Domain("company_id", "=", company.id)
        )
        mine = dict.fromkeys(self, adhesions)
        by_entity, by_id = {}, {partner._origin.id: partner for partner in self}
        for line in adhesions.search(domain):
            if line.tierslieu_entity_id:
                by_entity[line.tierslieu_entity_id.id] = by_entity.get(line.tierslieu_entity_id.id, adhesions) | line
            for covered in line.tierslieu_covered_ids.ids:
                if covered in by_id:
                    mine[by_id[covered]] |= line
        for partner, person in zip(self, people, strict=True):
            mine[partner] |= by_entity.get(person.commercial_partner_id.id, adhesions)
        return mine

    # -- What the team sees

    @api.depends("tierslieu_adhesion_spans", "tierslieu_adhesion_ids.state", "tierslieu_entity_adhesion_ids.state")
    @api.depends_context("company", "lang")
    def _compute_tierslieu_adhesion_state(self):
        labels = dict(self._fields["tierslieu_adhesion_state"]._description_selection(self.env))
        for partner, lines in self._tierslieu_adhesions_of(self.env.company, counting=False).items():
            state, until = lines._tierslieu_sum_up()
            partner.tierslieu_adhesion_state = state
            partner.tierslieu_adhesion_until = until
            partner.tierslieu_adhesion_said = (
                format_date(self.env, until) if until and state in ("valid", "grace") else labels[state]
            )

    def _compute_tierslieu_member_on(self):
        self.tierslieu_member_on = False

    @api.model
    def _search_tierslieu_member_on(self, operator, value):
        """Find who is a member on a day, as `is_tierslieu_member_on` says."""
        if operator != "in":
            return NotImplemented
        found = Domain.FALSE
        for day in filter(None, value):
            found |= self._tierslieu_members_domain(fields.Date.to_date(day))
        return found

    @api.model
    def _tierslieu_members_domain(self, day):
        """Return the domain of who is a member on a day in the company of the environment."""
        company = self.env.company
        since = fields.Date.subtract(day, days=company.sudo().tierslieu_adhesion_grace)
        adhesions = self.env["membership.membership_line"].sudo()
        good = adhesions.search(
            adhesions._tierslieu_counting(company)
            & Domain("date_from", "<=", day)
            & (
                Domain("state", "in", GOOD) & Domain("date_to", ">=", since)
                | Domain("state", "=", "canceled")
                & Domain("date_to", ">=", day) & Domain("tierslieu_credited_on", ">", day)
            )
        )
        return self._tierslieu_covered_domain(good)

    @api.model
    def _tierslieu_covered_domain(self, lines):
        """Return the domain of the people that adhesions cover."""
        return Domain("id", "in", lines.tierslieu_covered_ids.ids) | Domain(
            "commercial_partner_id", "in", lines.tierslieu_entity_id.ids
        )

    @api.model
    def _search_tierslieu_adhesion_state(self, operator, value):
        """Find people by their state today: the best of their adhesions decides."""
        if operator != "in":
            return NotImplemented
        company = self.env.company
        lines = self.env["membership.membership_line"].sudo().search(
            [("tierslieu_scope", "!=", False), ("company_id", "=", company.id)]
        )
        by_status = {}
        for line in lines:
            by_status[line.tierslieu_status] = by_status.get(line.tierslieu_status, lines.browse()) | line
        found, better = Domain.FALSE, Domain.FALSE
        for state in ("valid", "grace", "unpaid", "coming", "lapsed"):
            mine = self._tierslieu_covered_domain(by_status.get(state, lines.browse()))
            if state in value:
                found |= mine & ~better
            better |= mine
        if "none" in value or False in value:
            found |= ~better
        return found

    def action_view_tierslieu_adhesions(self):
        """Open the adhesions of this person, whoever paid for them."""
        self.ensure_one()
        lines = self._tierslieu_adhesions_of(self.env.company, counting=False)[self]
        lines |= self.env["membership.membership_line"].sudo().search(
            [("partner_id", "=", self.id), ("tierslieu_scope", "!=", False)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_adhesion")
        return action | {
            "domain": [("id", "in", lines.ids)],
            "context": {"tierslieu_partner_id": self.id, "create": False},
        }

    def action_tierslieu_adhesion(self):
        """Open the form by which the host enters an adhesion of this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_adhesion_sale")
        return action | {"context": {"tierslieu_partner_id": self.id, "dialog_size": "medium"}}

    # -- The card, and who belongs here

    @api.model
    def _tierslieu_people_domain(self):
        return super()._tierslieu_people_domain() | (
            Domain("is_company", "=", False) & Domain("tierslieu_adhesion_ids", "!=", False)
        )

    def _tierslieu_card_lines(self):
        lines, person = super()._tierslieu_card_lines(), self.sudo()
        if person.tierslieu_adhesion_state in ("valid", "grace"):
            until = format_date(self.env, person.tierslieu_adhesion_until)
            lines.append((self.env._("Adhesion"), self.env._("until %(date)s", date=until)))
        return lines

    def _tierslieu_card_warnings(self):
        warnings, person = super()._tierslieu_card_warnings(), self.sudo()
        until = person.tierslieu_adhesion_until
        if person.tierslieu_adhesion_state in ("lapsed", "grace"):
            warnings.append(
                self.env._("Adhesion over since %(date)s: propose to renew it.", date=format_date(self.env, until))
            )
        elif person.tierslieu_adhesion_state == "unpaid":
            warnings.append(self.env._("Adhesion not paid yet."))
        return warnings

    # -- Several people by one payment

    def _tierslieu_people_typed(self, text):
        """Return the contacts of people that this payer typed, one a line; those that lack are made.

        Found again are those of the same address, and those of the same name whom this payer, or
        nobody else, has paid for before: a name alone makes nobody of two people.
        """
        self.ensure_one()
        payer = self.sudo()
        known = payer | self.env["membership.membership_line"].sudo().search(
            [("partner_id", "=", payer.id), ("tierslieu_scope", "=", "family")]
        ).tierslieu_covered_ids
        people = payer.browse()
        for name, address in typed_people(text):
            address = email_normalize(address) or False
            found = known.filtered(lambda one, name=name: _plain(one.name) == _plain(name))[:1]
            if address:
                person = Domain("is_company", "=", False) & Domain("email_normalized", "=", address)
                found = payer.search(person, order="id", limit=1) or found
            if not found:
                found = payer.create(
                    {
                        "name": name, "email": address, "lang": payer.lang,
                        "company_id": payer.company_id.id, "type": "contact",
                    }
                )
                known |= found
            people |= found
        return people

    def _tierslieu_take_adhesion_turn(self):
        """Let one transaction at a time sell an adhesion to someone: the second begins again.

        A row touched by both cannot be written from a snapshot that does not know what the other sold.
        """
        self.env.flush_all()
        for partner_id in sorted(self.ids):
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET tierslieu_adhesion_turn = COALESCE(tierslieu_adhesion_turn, 0) + 1"
                    " WHERE id = %s", partner_id,
                ),
                log_exceptions=False,
            )


def _plain(name):
    return " ".join(remove_accents(name or "").casefold().split())


class Adhesion(models.Model):
    _inherit = "membership.membership_line"

    def _tierslieu_sum_up(self):
        """Return (state, last day) of who these adhesions cover: the best of them, what follows on it included."""
        order = ("valid", "grace", "unpaid", "coming", "lapsed")
        good = self.filtered(lambda line: line.tierslieu_status in order)
        if not good:
            return "none", False
        state = min((line.tierslieu_status for line in good), key=order.index)
        counted = good.filtered(lambda line: line.state in GOOD or line.tierslieu_status == state)
        if state in ("valid", "grace"):
            counted = counted.filtered(lambda line: line.state in GOOD)
        return state, max(filter(None, counted.mapped("date_to")), default=False)
