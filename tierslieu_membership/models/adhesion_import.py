from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.tierslieu_base.models.import_kind import Column, LineError

from .adhesion import LIVE


class ImportAdhesions(models.AbstractModel):
    """Bring in until when people are members, as another tool knew it.

    What was paid there is paid: no invoice is made. Somebody who is a member
    here already, by this file or otherwise, is not made one a second time.
    """

    _name = "tierslieu.import.adhesions"
    _inherit = "tierslieu.import.kind"
    _description = "Import of adhesions"
    _import_sequence = 35
    _main_column = "until"

    @api.model
    def _title(self):
        return self.env._("Adhesions of members")

    @api.model
    def _explain(self):
        return self.env._(
            "One line each member: which adhesion, and until when. Of members and of adhesions on sale that are here"
            " already. Nothing is invoiced: it was paid in the other tool."
        )

    @api.model
    def _columns(self):
        _ = self.env._
        return [
            Column("member", ("Membre", "Adhérent", "E-mail", "Courriel", "Email", "Member"), _("Member"),
                   "camille.moreau@exemple.fr", required=True,
                   help=_("E-mail, reference, or full name; the organisation when it is for all of it.")),
            Column("adhesion", ("Adhésion", "Type d'adhésion", "Formule", "Adhesion", "Membership"), _("Adhesion"),
                   _("Adhesion"), help=_("As it is named here. Empty: the first one on sale.")),
            Column("start", ("Depuis", "Du", "Début", "Date d'adhésion", "From", "Start"), _("Since"),
                   "01/01/2027", "date", help=_("Empty: since today.")),
            Column("until", ("Jusqu'au", "Adhésion jusqu'au", "Fin", "Au", "Expire le", "Until", "End"), _("Until"),
                   "31/12/2027", "date", required=True, help=_("Its last day.")),
        ]

    @api.model
    def _prepare(self, run, lines):
        self._know_members(run, {str(cells["member"]) for _number, cells in lines if "member" in cells})
        products = self.env["product.template"]._tierslieu_adhesions_of(run.company)
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        run.known["adhesions"] = {
            product: [product.name, *(product.with_context(lang=code).name for code in codes)] for product in products
        }

    @api.model
    def _adhesion(self, values, run):
        products = run.known["adhesions"]
        if not products:
            raise LineError(
                self.env._("There is no adhesion on sale here yet."), "adhesion",
                self.env._("Make it first, under Configuration, Adhesions on sale."),
            )
        if not values.get("adhesion"):
            return next(iter(products))
        try:
            return self._choose(values["adhesion"], products)
        except LineError as error:
            error.column = "adhesion"
            raise

    @api.model
    def _bring_in(self, values, run):
        _, adhesions = self.env._, self.env["membership.membership_line"].sudo()
        partner, product = self._member(values, run), self._adhesion(values, run)
        holder = adhesions._tierslieu_holder(partner, product.tierslieu_adhesion_for)
        self._once(holder.id, values["member"], values, "member", run)
        until, start = values["until"], values.get("start") or run.company._tierslieu_today()
        held = adhesions._tierslieu_held(holder, run.company, LIVE)
        article = product.product_variant_id
        if held.filtered(lambda line: line.membership_id == article and line.date_to == until):
            return "same"
        last = max(filter(None, held.mapped("date_to")), default=None)
        if last and last >= start:
            said = adhesions._tierslieu_say(last)
            raise LineError(
                _("%(name)s is a member until %(date)s already.", name=holder.name, date=said),
                "until", _("Take the line out."),
            )
        if until < start:
            raise LineError(
                _("It would end before it begins."), "until", _("Give the day since which they are a member.")
            )
        line = adhesions.create(
            {
                "partner_id": holder.id,
                "membership_id": article.id,
                "member_price": 0.0,
                "date": start,
                "date_from": start,
                "date_to": until,
                "state": "paid",
                "company_id": run.company.id,
                "tierslieu_scope": product.tierslieu_adhesion_for,
                "tierslieu_covered_ids": [Command.set(holder.ids)],
                "tierslieu_paid_on": fields.Date.to_date(start),
            }
        )
        run.add(line)
        return "new"
