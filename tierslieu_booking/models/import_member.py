from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.models.import_kind import LineError


class ImportKind(models.AbstractModel):
    """What several kinds say of a member: an e-mail, a reference, or a full name."""

    _inherit = "tierslieu.import.kind"

    @api.model
    def _know_members(self, run, said):
        """Read whom some words mean, once for all the lines.

        :param said: what the cells say
        """
        by_ref = self.env["tierslieu.import.members"]._find_keys("res.partner", said, run)
        run.known["member"] = members = {}
        emails = list(filter(None, map(email_normalize, said)))
        people = self.env["res.partner"].sudo().search(
            Domain("company_id", "in", [run.company.id, False])
            & (Domain("email_normalized", "in", emails) | Domain("name", "in", list(said)))
        )
        for partner in people:
            for key in {partner.email_normalized, typed.plain(partner.name)} - {False}:
                members.setdefault(key, []).append(partner.id)
        members.update({key.casefold(): partner.ids for key, partner in by_ref.items() if partner.active})

    @api.model
    def _member(self, values, run):
        """Return who a line is of, or say why it cannot be told."""
        said, known = values["member"], run.known["member"]
        found = (
            known.get(said.casefold()) or known.get(email_normalize(said) or "") or known.get(typed.plain(said)) or []
        )
        if not found:
            raise LineError(
                self.env._("Nobody here is %(member)s.", member=said), "member",
                self.env._("Bring the members in first, or correct the address."),
            )
        if len(found) > 1:
            raise LineError(
                self.env._("%(count)s contacts are %(member)s.", count=len(found), member=said), "member",
                self.env._("Give the e-mail or the reference of the one who is meant."),
            )
        return self.env["res.partner"].sudo().browse(found)
