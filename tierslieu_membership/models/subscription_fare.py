from odoo import api, models, tools


class Partner(models.Model):
    """The fare that a plan gives wins over proofs and over what the team gave."""

    _inherit = "res.partner"

    def _tierslieu_plan_profile_on(self, date):
        """Return {partner id: profile} that running subscriptions give on a local date.

        Theirs, or that of their organisation; of several, the first profile.
        Read once for everybody, and again when a subscription changes.
        """
        profiles = super()._tierslieu_plan_profile_on(date)
        stretches = (
            {} if self.env.context.get("tierslieu_without_plans")
            else self.env["tierslieu.plan"]._profile_stretches(self.env.company.id)
        )
        if not stretches:
            return profiles
        for partner in self.sudo():
            given = [
                profile
                for holder in {partner.id, partner.commercial_partner_id.id}
                for profile, first, last in stretches.get(holder, ())
                if first <= date and (not last or date <= last)
            ]
            if given:
                rank = {profile: nth for nth, profile in enumerate(stretches[None])}
                first_one = min(given, key=rank.__getitem__)
                profiles = {**profiles, partner.id: self.env["tierslieu.profile"].browse(first_one)}
        return profiles


class Plan(models.Model):
    _inherit = "tierslieu.plan"

    @api.model
    @tools.ormcache("company_id")
    def _profile_stretches(self, company_id):
        """Return {partner id: ((profile id, first day, last day or False), …)} of a company.

        Under None, the ids of the profiles in their order. Empty when no
        plan gives a fare to anybody.
        """
        lines = self.env["contract.line"].sudo().search(
            [
                ("tierslieu_plan_id.profile_id.active", "=", True), ("company_id", "=", company_id),
                ("is_canceled", "=", False),
            ]
        )
        found = {}
        for line in lines:
            stretch = line.tierslieu_plan_id.profile_id.id, line.date_start, line.date_end
            found[line.contract_id.partner_id.id] = (*found.get(line.contract_id.partner_id.id, ()), stretch)
        if found:
            found[None] = tuple(lines.tierslieu_plan_id.profile_id.sorted(lambda p: (p.sequence, p.id)).ids)
        return found
