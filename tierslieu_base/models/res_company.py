from markupsafe import Markup

from odoo import fields, models
from odoo.tools import html2plaintext

# Their capital varies with who joins and leaves: their papers say so.
COOPERATIVES = ("scic_sa", "scic_sarl", "scic_sas", "scop")
WITH_CAPITAL = ("sarl", "sas", "sa")


class Company(models.Model):
    _inherit = "res.company"

    tierslieu_legal_form = fields.Selection(
        [
            ("association", "Association (law of 1901)"),
            ("scic_sa", "SCIC SA"),
            ("scic_sarl", "SCIC SARL"),
            ("scic_sas", "SCIC SAS"),
            ("scop", "SCOP"),
            ("sarl", "SARL"),
            ("sas", "SAS"),
            ("sa", "SA"),
            ("commune", "Town or other local authority"),
            ("epic", "EPIC"),
            ("other", "Other"),
        ],
        string="Legal form",
    )
    tierslieu_capital = fields.Monetary(string="Capital", currency_field="currency_id")
    tierslieu_rcs = fields.Char(
        string="Trade register", help="The town of its court, for example Nantes."
    )
    tierslieu_mentions = fields.Html(
        string="Mentions", readonly=True, sanitize=False,
        help="What was last put at the foot of the documents: a foot written by hand is left alone.",
    )

    def _tierslieu_said_form(self):
        """Say the legal form as papers do, with its capital where the law wants it."""
        self.ensure_one()
        form = self.tierslieu_legal_form
        if not form or form == "other":
            return ""
        labels = dict(self._fields["tierslieu_legal_form"]._description_selection(self.env))
        if form in COOPERATIVES:
            return self.env._("%(form)s with variable capital", form=labels[form])
        if form in WITH_CAPITAL and self.tierslieu_capital:
            return self.env._(
                "%(form)s with a capital of %(amount)s",
                form=labels[form],
                amount=self.currency_id.format(self.tierslieu_capital),
            )
        return labels[form]

    def _tierslieu_foot(self):
        """Return the mentions that the documents of this company carry, as two lines."""
        self.ensure_one()
        siret = self.company_registry or ""
        register = ""
        if self.tierslieu_rcs and siret:
            register = self.env._(
                "RCS %(town)s %(number)s",
                town=self.tierslieu_rcs,
                number=" ".join((siret[:3], siret[3:6], siret[6:9])),
            )
        where = ", ".join(
            filter(None, (self.street, " ".join(filter(None, (self.zip, self.city)))))
        )
        lines = (
            (self.name, self._tierslieu_said_form(), where),
            (siret and self.env._("SIRET %(number)s", number=siret), register, self.vat and
             self.env._("VAT %(number)s", number=self.vat)),
        )
        said = (" · ".join(filter(None, line)) for line in lines)
        return Markup("<p>%s</p>") % Markup("<br/>").join(line for line in said if line)

    def _tierslieu_write_foot(self):
        """Put the mentions at the foot of the documents, unless somebody wrote another one."""
        for company in self:
            written = html2plaintext(company.report_footer or "").strip()
            if written and written != html2plaintext(company.tierslieu_mentions or "").strip():
                continue
            foot = company._tierslieu_foot()
            company.write({"report_footer": foot, "tierslieu_mentions": foot})

    def _tierslieu_today(self):
        """Return the date on the clock of this company's first place."""
        self.ensure_one()
        place = self.env["tierslieu.place"].sudo().search(
            [("company_id", "=", self.id)], limit=1
        )
        return place.now_local().date() if place else fields.Date.context_today(self)

    def _tierslieu_responsible(self, group="tierslieu_base.group_manager"):
        """Return who of the team sees to something here: a person, the admin when there is none.

        :param group: who may; the hosts that are not managers come first in theirs
        """
        self.ensure_one()
        root, admin = self.env.ref("base.user_root").sudo(), self.env.ref("base.user_admin").sudo()
        people = self.env.ref(group).sudo().all_user_ids.filtered(
            lambda user: user.active and self in user.company_ids and user not in root | admin
        )
        managers = self.env.ref("tierslieu_base.group_manager").sudo().all_user_ids
        return (people - managers)[:1] or people[:1] or admin
