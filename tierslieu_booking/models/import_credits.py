from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.models.import_kind import Column, LineError
from odoo.addons.tierslieu_base.tools import figures

from .credit_type import exact

LOT = "tierslieu.credit.lot"


class ImportCredits(models.AbstractModel):
    """Bring in the credits that members have left in another tool.

    Each line opens a lot, once: it is recognised by the number that it had.
    What is brought in already never changes by a file: a ledger moves by what
    people do, or by the team, with a reason.
    """

    _name = "tierslieu.import.credits"
    _inherit = "tierslieu.import.kind"
    _description = "Import of credits"
    _import_sequence = 40
    _main_column = "credits"

    @api.model
    def _title(self):
        return self.env._("Credits of members")

    @api.model
    def _explain(self):
        return self.env._(
            "One line each pack that somebody has begun: how much is left in it, and until when. Of members and"
            " credit types that are here already. Nothing is invoiced: it was paid in the other tool."
        )

    @api.model
    def _columns(self):
        _ = self.env._
        return [
            Column("number", ("Numéro", "N°", "Réf", "Référence", "Number", "Reference", "ID"), _("Pack number"),
                   "C-104", required=True,
                   help=_("Its number in the tool used before: it is recognised by it.")),
            Column("member", ("Membre", "Adhérent", "E-mail", "Client", "Courriel", "Email", "Customer"), _("Member"),
                   "camille.moreau@exemple.fr", required=True,
                   help=_("E-mail, reference, or full name; the organisation when it is shared.")),
            Column("type", ("Type", "Type de crédit", "Carnet", "Ticket", "Credit type"), _("Credit type"), "Ticket",
                   required=True),
            Column("credits", ("Crédits", "Solde", "Crédits restants", "Reste", "Balance", "Left"),
                   _("Credits left"), "7,5", "credits", required=True, help=_("Halves and quarters too: 7,5.")),
            Column("until", ("Valable jusqu'au", "Fin de validité", "Expiration", "Expire le", "Expiry"),
                   _("Valid until"), "30/06/2027", "date", help=_("Its last day. Empty: without end.")),
            Column("shared", ("Partagé", "Mutualisé"), _("Shared"), "non", "yes_no",
                   help=_("Yes: everyone of the member's organisation books with them.")),
        ]

    @api.model
    def _parse_credits(self, cell, run):
        """Return an amount of credits, exact to the hundredth and above zero."""
        _ = self.env._
        try:
            amount = typed.amount(cell, 2)
        except typed.Wrong as error:
            message, advice = {
                "number": (_("“%(value)s” is not a number of credits.", value=cell), _("Write it like 7,5.")),
                "ambiguous": (
                    _("“%(value)s” can be read in two ways.", value=cell), _("Write it with two decimals: 7,50."),
                ),
                "decimals": (
                    _("“%(value)s” is finer than a hundredth of a credit.", value=cell), _("Round it."),
                ),
            }[error.reason]
            raise LineError(message, advice=advice) from error
        if amount <= 0:
            raise LineError(
                _("“%(value)s”: nothing is left of this pack.", value=cell),
                advice=_("Take the line out: only what is left is brought in."),
            )
        return exact(amount)

    @api.model
    def _prepare(self, run, lines):
        said = {str(cells["number"]) for _number, cells in lines if "number" in cells}
        run.known["number"] = {key.casefold(): lot for key, lot in self._find_keys(LOT, said, run).items()}
        self._know_members(run, {str(cells["member"]) for _number, cells in lines if "member" in cells})
        types = self.env["tierslieu.credit.type"].sudo().search([("company_id", "=", run.company.id)])
        run.known["types"] = {each: self._names_of(each) for each in types}

    @api.model
    def _names_of(self, credit_type):
        """Return the names of a credit type, that of the user's language first."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        return [credit_type.name, *(credit_type.with_context(lang=code).name for code in codes)]

    @api.model
    def _type(self, values, run):
        types = run.known["types"]
        if not types:
            raise LineError(
                self.env._("There is no credit type here yet."), "type",
                self.env._("Make it first, under Credits, Credit types."),
            )
        try:
            return self._choose(values["type"], types)
        except LineError as error:
            error.column = "type"
            raise

    @api.model
    def _bring_in(self, values, run):
        number = values["number"]
        self._once(number.casefold(), number, values, "number", run)
        partner, credit_type = self._member(values, run), self._type(values, run)
        shared = values.get("shared", False)
        holder = partner.commercial_partner_id if shared else partner
        known = run.known["number"].get(number.casefold())
        if known:
            return self._known(known, holder, credit_type, shared, values)
        self._check_until(values, run)
        try:
            lot = self.env[LOT]._grant(
                credit_type, holder, values["credits"], valid_until=values.get("until"), shared=shared,
                origin="import", reason=number,
            )
        except UserError as error:
            raise LineError(error.args[0], "credits", self.env._("Correct the line, or take it out.")) from error
        self._keep_key(lot, number, run)
        run.add(lot)
        return "new"

    @api.model
    def _check_until(self, values, run):
        until = values.get("until")
        if until and until < run.company._tierslieu_today():
            raise LineError(
                self.env._("These credits are over since %(date)s.",
                           date=self.env["tierslieu.proof"]._format_date(until)),
                "until", self.env._("Take the line out, or give them another end."),
            )

    @api.model
    def _known(self, lot, holder, credit_type, shared, values):
        """Recognise a lot that an earlier file brought in; say what the file says otherwise."""
        _, number = self.env._, values["number"]
        advice = _("Take the line out. To correct the credits, use Give or Hand over, with a reason.")
        if (lot.partner_id, lot.is_shared) != (holder, shared):
            raise LineError(
                _("%(number)s was brought in for %(name)s.", number=number, name=lot.partner_id.name), "member", advice
            )
        if lot.type_id != credit_type:
            raise LineError(
                _("%(number)s was brought in as %(type)s.", number=number, type=lot.type_id.name), "type", advice
            )
        if exact(lot.granted) != values["credits"]:
            raise LineError(
                _("%(number)s was brought in with %(before)s credits, the file says %(now)s: nothing has moved.",
                  number=number, before=figures(self.env, lot.granted),
                  now=figures(self.env, float(values["credits"]))),
                "credits", advice,
            )
        if (lot.valid_until or None) != values.get("until"):
            raise LineError(
                _("%(number)s was brought in with another end of validity.", number=number), "until", advice
            )
        return "same"
