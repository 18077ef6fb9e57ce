from odoo import Command
from odoo.tests import HttpCase

from .common import create_booking_data
from .http_common import WebsiteCase


class Screens:
    """The two screens that everything is walked through on."""

    def on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True

    def on_a_desk(self):
        self.browser_size = "1280x800"


class ShopTourCase(Screens, WebsiteCase):
    """A place alone on its website, where people pay with the demonstration provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The only place: its spaces are the ones on the page.
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.with_context(lang="en_US").write(
            {
                "state": "test",
                "is_published": True,
                "allow_express_checkout": False,
                "done_msg": "Your payment has been processed.",
            }
        )
        params = cls.env["ir.config_parameter"].sudo()
        params.set_param("sale.automatic_invoice", "True")


class DeskTourCase(Screens, HttpCase):
    """The back office of a place open every day, in the language that the tours read."""

    browser_size = "1280x800"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_booking_data(cls.env, open_every_day=True).items():
            setattr(cls, name, value)
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False
        cls.env["res.lang"]._activate_lang("en_US")

    @classmethod
    def a_host(cls, login, *groups):
        """Create Sami, who logs in with `login` and the password that tours type for it."""
        groups = [cls.env.ref(group).id for group in ("tierslieu_base.group_host", *groups)]
        return cls.env["res.users"].create(
            {
                "name": "Sami",
                "login": login,
                "password": f"{login}_password",
                "lang": "en_US",
                "tz": "Europe/Paris",
                "group_ids": [Command.set(groups)],
            }
        )
