from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.models.import_kind import Column, LineError
from odoo.addons.tierslieu_booking.models.credit_type import exact


class Contract(models.Model):
    """A caution that was taken before the place moved here: it is in the books already."""

    _inherit = "contract.contract"

    tierslieu_caution_before = fields.Monetary(
        string="Caution taken before", readonly=True, copy=False,
        help="By the tool used before. It is in the opening entries of account 165100.",
    )

    def _tierslieu_caution_held(self):
        return super()._tierslieu_caution_held() + self.tierslieu_caution_before

    @api.model
    def _cron_subscriptions(self):
        """Give back the cautions that were taken before, too."""
        result = super()._cron_subscriptions()
        for company in self.env["res.company"].search([("active", "=", True)]):
            self.env["tierslieu.batch"]._run(
                self._name,
                [("company_id", "=", company.id), ("tierslieu_caution_before", ">", 0),
                 ("date_end", "<", company._tierslieu_today()), ("tierslieu_caution_kept", "=", False),
                 ("tierslieu_caution_back_id", "=", False)],
                "_tierslieu_close", lambda env: env._("End of the subscription"),
            )
        return result


class ImportSubscriptions(models.AbstractModel):
    """Bring in the subscriptions that run in another tool, each from where that tool leaves it.

    What was paid there is not invoiced here: the next invoice begins on the
    day after. The desk is theirs from now on. A line that was brought in is
    recognised by who, which plan, since when and which desk.
    """

    _name = "tierslieu.import.subscriptions"
    _inherit = "tierslieu.import.kind"
    _description = "Import of subscriptions"
    _import_sequence = 37
    _main_column = "member"

    @api.model
    def _title(self):
        return self.env._("Subscriptions that run")

    @api.model
    def _explain(self):
        return self.env._(
            "One line each subscription: who, which plan, since when, and until when it was paid in the other tool."
            " The next invoice begins on the day after. Of members and of plans that are here already."
        )

    @api.model
    def _columns(self):
        _ = self.env._
        return [
            Column("member", ("Membre", "Adhérent", "Abonné", "E-mail", "Courriel", "Email", "Client", "Customer"),
                   _("Member"), "camille.moreau@exemple.fr", required=True,
                   help=_("E-mail, reference, or full name; the organisation when it pays.")),
            Column("plan", ("Formule", "Abonnement", "Offre", "Plan", "Subscription"), _("Plan"), _("Resident desk"),
                   required=True, help=_("As it is named here.")),
            Column("start", ("Depuis", "Début", "Du", "Date de début", "From", "Start"), _("Since"), "01/09/2026",
                   "date", required=True, help=_("The first day of the subscription.")),
            Column("paid_until", ("Payé jusqu'au", "Facturé jusqu'au", "Paid until", "Invoiced until"),
                   _("Paid until"), "31/01/2027", "date",
                   help=_("The last day that was invoiced. Empty: nothing was.")),
            Column("price", ("Prix", "Tarif", "Montant", "Prix convenu", "Price"), _("Price agreed"), "250,00",
                   "amount", help=_("Of a whole period, as prices are said here. Empty: today's price.")),
            Column("desk", ("Poste", "Bureau", "Casier", "Place", "Desk"), _("Desk"), "",
                   help=_("Its name here. Empty: any that is free, where the plan has one.")),
            Column("caution", ("Caution", "Dépôt de garantie", "Caution held"), _("Caution held"), "", "amount",
                   help=_("It is in your opening entries: no entry is made, and it is given back at the end.")),
            Column("credits", ("Crédits", "Crédits restants", "Reste", "Credits left"), _("Credits left"), "",
                   "amount", help=_("Of the period that runs. Empty: all that the plan gives.")),
        ]

    @api.model
    def _prepare(self, run, lines):
        self._know_members(run, {str(cells["member"]) for _number, cells in lines if "member" in cells})
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        plans = self.env["tierslieu.plan"].sudo().search([("company_id", "=", run.company.id)])
        run.known["plans"] = {
            plan: [plan.name, *(plan.with_context(lang=code).name for code in codes)] for plan in plans
        }

    @api.model
    def _plan(self, values, run):
        plans = run.known["plans"]
        if not plans:
            raise LineError(
                self.env._("There is no plan here yet."), "plan", self.env._("Make it first, under Memberships, Plans.")
            )
        try:
            return self._choose(values["plan"], plans)
        except LineError as error:
            error.column = "plan"
            raise

    @api.model
    def _desk(self, values, plan):
        """Return the unit that a line names, of those that the plan gives; None: it names none."""
        said = values.get("desk")
        if not said:
            return None
        units = plan._tierslieu_spaces().unit_ids
        found = units.filtered(lambda unit: typed.plain(unit.name) == typed.plain(said))
        if not units:
            raise LineError(
                self.env._("%(plan)s gives no desk.", plan=plan.name), "desk", self.env._("Leave the cell empty.")
            )
        if len(found) != 1:
            raise LineError(
                self.env._("%(plan)s has no desk called “%(desk)s”.", plan=plan.name, desk=said), "desk",
                self.env._("Write its name as it is here, for example %(name)s.", name=units[0].name),
            )
        return found

    @api.model
    def _check_days(self, values, run):
        """Refuse days that would bill twice, or bill what was meant to be paid."""
        _, start, until = self.env._, values["start"], values.get("paid_until")
        if not until and start < run.company._tierslieu_today():
            raise LineError(
                _("It has begun, and nothing says until when it was paid: all of it would be invoiced again."),
                "paid_until", _("Give the last day that was invoiced; the day before it began when none was."),
            )
        if until and until < fields.Date.subtract(start, days=1):
            raise LineError(
                _("It would be paid until before it began."), "paid_until", _("Correct one of the two dates.")
            )

    @api.model
    def _bring_in(self, values, run):
        partner, plan = self._member(values, run), self._plan(values, run)
        unit = self._desk(values, plan)
        self._check_days(values, run)
        self._once(
            (partner.id, plan.id, unit.id if unit else 0), f"{values['member']}, {plan.name}", values, "member", run
        )
        known = self._known(partner, plan, unit)
        if known:
            return self._same(known, values)
        until = values.get("paid_until")
        try:
            contract = plan.with_context(tierslieu_no_welcome=True).subscribe(
                plan, partner, values["start"], unit=unit, price=values.get("price"), caution=False,
                billed_until=until if until and until >= values["start"] else None,
            )
        except UserError as error:
            raise LineError(
                error.args[0], "desk" if plan.space_id else "plan", self.env._("Correct the line, or take it out.")
            ) from error
        contract.tierslieu_caution_before = values.get("caution", 0.0)
        self._give_credits(contract, values)
        run.add(contract)
        return "new"

    @api.model
    def _known(self, partner, plan, unit):
        """Return the subscription of someone to a plan that is not over, with the desk when one is named."""
        contracts = self.env["contract.contract"].sudo().search(
            [("partner_id", "=", partner.id), ("tierslieu_plan_id", "=", plan.id)], order="id"
        ).filtered(lambda contract: contract.tierslieu_state != "ended")
        return contracts.filtered(
            lambda contract: not unit or unit in contract.tierslieu_occupancy_ids.unit_id
        )[:1]

    @api.model
    def _same(self, contract, values):
        """Recognise what is here already; refuse what says otherwise of it."""
        if contract.tierslieu_start != values["start"]:
            raise LineError(
                self.env._(
                    "%(name)s has this plan already, since %(date)s.", name=contract.partner_id.name,
                    date=self.env["tierslieu.proof"]._format_date(contract.tierslieu_start),
                ),
                "start", self.env._("Take the line out, or give the same day."),
            )
        return "same"

    @api.model
    def _give_credits(self, contract, values):
        """Leave in the lot of the period that runs what the other tool says is left."""
        left = values.get("credits")
        if left is None:
            return
        today = contract._tierslieu_today()
        lots = contract.tierslieu_lot_ids.filtered(lambda lot: lot.valid_from <= today <= lot.allowance_last)
        if len(lots) != 1:
            raise LineError(
                self.env._("The plan does not give credits of one single kind now: what is left cannot be told."),
                "credits", self.env._("Leave the cell empty, and correct the credits by hand."),
            )
        used = exact(lots.balance) - exact(left)
        if used < 0:
            raise LineError(
                self.env._("More would be left than the plan gives for the period."), "credits",
                self.env._("Check the number; what was bought apart is brought in as credits."),
            )
        if used:
            lots._post("expire", -used, reason=self.env._("Used in the tool of before"))
