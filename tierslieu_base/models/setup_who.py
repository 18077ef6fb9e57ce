from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..kernels import french
from .res_company import COOPERATIVES, WITH_CAPITAL

MOST_CAPITAL = 1_000_000_000


class Setup(models.Model):
    """First step: whom people deal with, on the site, in mails and on invoices."""

    _inherit = "tierslieu.setup"

    def _is_there_who(self):
        company = self.company_id
        return bool(company.tierslieu_legal_form and company.street and company.email)

    def _page_who(self):
        _ = self.env._
        company = self.company_id
        france = {"country": [self.env.ref("base.fr").id]}
        forms = company._fields["tierslieu_legal_form"]._description_selection(self.env)
        registered = {"legal_form": [*COOPERATIVES, *WITH_CAPITAL, "epic"]}
        countries = self.env["res.country"].search([], limit=1000)
        return {
            "title": _("Who are you?"),
            "intro": _("What people read on your site, in your mails and on your invoices."),
            "fields": [
                self._field("name", "text", _("Name"), placeholder=_("Le Quai")),
                self._field("legal_form", "select", _("Legal form"), width="half",
                            options=[{"key": key, "label": label} for key, label in forms]),
                self._field("siret", "text", _("SIRET"), width="half", when=france,
                            help=_("14 digits. Leave it empty while you wait for it.")),
                self._field("capital", "number", _("Capital"), width="half",
                            when={"legal_form": WITH_CAPITAL}, suffix=company.currency_id.symbol),
                self._field("rcs", "text", _("Trade register of"), width="half", when=registered,
                            placeholder=_("Nantes")),
                self._field("street", "text", _("Street")),
                self._field("zip", "text", _("Postcode"), width="third"),
                self._field("city", "text", _("Town"), width="third"),
                self._field("country", "select", _("Country"), width="third",
                            options=[{"key": one.id, "label": one.name} for one in countries]),
                self._field("email", "email", _("E-mail"), width="half"),
                self._field("phone", "tel", _("Phone"), width="half"),
                self._field("logo", "image", _("Logo")),
            ],
            "values": {
                # Odoo's own until somebody says another.
                "name": company.name if company.name != "My Company" else "",
                "legal_form": company.tierslieu_legal_form or "",
                "siret": company.company_registry or "",
                "capital": company.tierslieu_capital or "",
                "rcs": company.tierslieu_rcs or "",
                "street": company.street or "",
                "zip": company.zip or "",
                "city": company.city or "",
                "country": company.country_id.id or self.env.ref("base.fr").id,
                "email": company.email or "",
                "phone": company.phone or "",
                "logo": "" if company.uses_default_logo else company.logo.decode(),
            },
        }

    def _apply_who(self, answers):
        """Write who the company is, and the mentions that its documents then carry."""
        _ = self.env._
        company = self.company_id
        country = self._read_country(answers)
        forms = dict(company._fields["tierslieu_legal_form"].selection)
        form = answers.choice("legal_form", _("Legal form"), forms)
        values = {
            "name": self._read_name(answers),
            "tierslieu_legal_form": form,
            "street": answers.text("street", _("Street"), required=True),
            "zip": answers.text("zip", _("Postcode"), most=20),
            "city": answers.text("city", _("Town"), required=True),
            "country_id": country.id,
            "email": self._read_email(answers),
            "phone": answers.text("phone", _("Phone"), most=40),
            "tierslieu_capital": form in WITH_CAPITAL
            and answers.number("capital", _("Capital"), 0, MOST_CAPITAL, required=False),
            "tierslieu_rcs": form in (*COOPERATIVES, *WITH_CAPITAL, "epic")
            and answers.text("rcs", _("Trade register of")),
        }
        if country.code == "FR":
            values["company_registry"] = self._read_siret(answers)
        logo = answers.picture("logo", _("Logo"))
        if logo:
            values["logo"] = logo
        if company.state_id.country_id != country:
            values["state_id"] = False
        company.write(values)
        company._tierslieu_write_foot()

    def _read_name(self, answers):
        """Return the name of the company, which no other one has in this database."""
        name = answers.text("name", self.env._("Name"), required=True)
        if self.env["res.company"].search_count(
            [("name", "=", name), ("id", "!=", self.company_id.id)], limit=1
        ):
            raise UserError(self.env._("%(name)s is another company here: add a word.", name=name))
        return name

    def _read_country(self, answers):
        number = answers.number(
            "country", self.env._("Country"), 1, 2**31 - 1, whole=True
        )
        country = self.env["res.country"].browse(number).exists()
        if not country:
            answers.refuse(self.env._("Country"))
        return country

    def _read_email(self, answers):
        label = self.env._("E-mail")
        email = answers.text("email", label, required=True)
        if not email_normalize(email):
            raise UserError(
                self.env._("%(email)s is not an e-mail address: bonjour@lequai.fr is.", email=email)
            )
        return email

    def _read_siret(self, answers):
        """Return the SIRET without its blanks; False when it was left empty."""
        siret = french.digits_of(answers.text("siret", self.env._("SIRET"), most=40) or "")
        if not siret:
            return False
        if len(siret) != 14 or not siret.isdigit():
            raise UserError(
                self.env._("A SIRET has 14 digits: this one has %(count)s.", count=len(siret))
                if siret.isdigit()
                else self.env._("A SIRET has 14 digits, and nothing but digits.")
            )
        if not french.is_siret(siret):
            raise UserError(
                self.env._("This SIRET is not right: two digits may be swapped, or one mistyped.")
            )
        return siret
