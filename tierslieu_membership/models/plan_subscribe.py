from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tierslieu_base.tools import as_record

from ..kernels.proration import months_later

# What may be said besides who, which plan, since when and which unit.
OPTIONS = {"override_reason", "billed_until", "caution", "price", "invoice_partner"}
QUIET = {
    "tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True,
    "mail_auto_subscribe_no_notify": True, "skip_modification_mail": True,
}


class Plan(models.Model):
    """Subscribing to a plan."""

    _inherit = "tierslieu.plan"

    @api.model
    def subscribe(self, plan, partner, start, unit=None, **options):
        """Open a subscription that runs from a day on, and return its `contract.contract`.

        Its unit is claimed for good, its credits are granted, its caution is
        asked for. Invoices come from the billing run; the first one can be
        made at once with `_tierslieu_bill`.

        :param plan, partner: records or ids
        :param start: local date, or its text
        :param unit: the unit wanted of the plan's space, record or id; None: any that is free
        :param options: `billed_until` (last day that was invoiced elsewhere: by an
            order, by the tool used before); `caution` (False: paid elsewhere);
            `price` (managers: another price of a whole period than today's);
            `invoice_partner` (who pays); `override_reason`
        :raises UserError: one sentence that says why not
        """
        self._check_subscribe_options(options)
        # With the rights of who asks, whatever those of the records were.
        plan = as_record(self.env, "tierslieu.plan", plan).with_env(self.env)
        partner = as_record(self.env, "res.partner", partner).with_env(self.env)
        start = fields.Date.to_date(start)
        plan._check_subscribe(partner, start)
        units = as_record(self.env, "tierslieu.unit", unit) if unit else self.env["tierslieu.unit"]
        with self.env.cr.savepoint():
            contract = plan._open_subscription(partner.sudo(), start, options)
            plan._give_units(contract, start, units)
            contract._tierslieu_grant_allowances()
            if options.get("caution", True):
                contract._tierslieu_ask_caution()
        return contract.with_env(self.env)

    def _give_units(self, contract, start, units):
        """Claim a unit of each space of the plan, the wanted one where it is."""
        spaces = self.sudo()._tierslieu_spaces()
        if units and units not in spaces.unit_ids:
            raise UserError(
                self.env._("%(unit)s is not a unit of %(plan)s.", unit=units.sudo().name, plan=self.sudo().name)
            )
        for space in spaces:
            contract._tierslieu_claim(space, start, units if units in space.unit_ids else None)

    @api.model
    def _check_subscribe_options(self, options):
        if not self.env.su and not self.env.user.has_group("tierslieu_base.group_host"):
            raise AccessError(self.env._("Only the team opens subscriptions."))
        if unknown := options.keys() - OPTIONS:
            raise UserError(self.env._("Unknown option: %(names)s.", names=", ".join(sorted(unknown))))

    @api.model
    def _require_price_setter(self):
        """Let managers, and code that has asked who it is, name a price; a host sells at those of the plans."""
        if not self.env.su and not self.env.user.has_group("tierslieu_base.group_manager"):
            raise AccessError(self.env._("Only a manager sets a price."))

    def _check_subscribe(self, partner, start):
        """Refuse what cannot be subscribed to, in one sentence."""
        self.ensure_one()
        self.check_access("read")
        partner.check_access("read")
        _ = self.env._
        if not start:
            raise UserError(_("Say from which day on."))
        if not self.active:
            raise UserError(_("%(plan)s is no longer sold.", plan=self.name))
        if not partner:
            raise UserError(_("Say who subscribes."))
        if partner.company_id not in (self.company_id, self.env["res.company"]):
            raise UserError(_("%(name)s belongs to another company.", name=partner.name))

    def _open_subscription(self, partner, start, options):
        """Create the contract and its first line, with the rights of the system."""
        plan = self.sudo().with_company(self.company_id).with_context(lang=partner.lang, **QUIET)
        price, pricelist = plan._price_for(partner, start)
        if options.get("price") is not None:
            self._require_price_setter()
            price = plan.currency_id.round(float(options["price"]))
            if price < 0:
                raise UserError(self.env._("A price is not below zero."))
        payer = options.get("invoice_partner")
        if payer:
            payer = as_record(self.env, "res.partner", payer)
        line = self.env["contract.line"]._tierslieu_values(plan, price, start)
        contract = plan.env["contract.contract"].create(
            {
                "name": f"{plan.name} · {partner.name}",
                "code": plan.env["ir.sequence"].next_by_code("tierslieu.subscription"),
                "company_id": plan.company_id.id,
                "partner_id": partner.id,
                "invoice_partner_id": payer.id if payer else False,
                "contract_type": "sale",
                "line_recurrence": True,
                # A header with a start would stay due after its last line.
                "date_start": False,
                "date": plan.company_id._tierslieu_today(),
                "user_id": plan.company_id._tierslieu_responsible().id,
                "pricelist_id": pricelist.id,
                "fiscal_position_id": plan.env["account.fiscal.position"]._get_fiscal_position(partner).id,
                "payment_term_id": partner.with_company(plan.company_id).property_payment_term_id.id,
                "tierslieu_plan_id": plan.id,
                "tierslieu_committed_until": (
                    months_later(start, plan.commitment_months) if plan.commitment_months else False
                ),
                "contract_line_ids": [fields.Command.create(line)],
            }
        )
        if until := fields.Date.to_date(options.get("billed_until")):
            contract.contract_line_ids.last_date_invoiced = until
        return contract.with_env(self.env(su=True))

    def _tierslieu_spaces(self):
        """Return the spaces of which a subscription holds a unit."""
        return self.space_id | self.also_space_ids
