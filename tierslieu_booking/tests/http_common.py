import re
from datetime import datetime, time, timedelta

from odoo import Command, http
from odoo.http import root
from odoo.tests import HttpCase, new_test_user

from odoo.addons.tierslieu_base.tests.common import UNINVITED

from .common import create_booking_data

WATCHED = (
    "tierslieu.booking", "tierslieu.occupancy", "sale.order", "sale.order.line",
    "res.partner", "res.users", "account.move", "tierslieu.refund", "tierslieu.token",
)
PASSWORD = "un mot de passe de test"


class WebsiteCase(HttpCase):
    """A place open every day, two members and whoever passes by, over HTTP.

    The day looked at is a week ahead: nothing depends on when the tests run.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_booking_data(cls.env, open_every_day=True).items():
            setattr(cls, name, value)
        cls.website = cls.env["website"].get_current_website()
        cls.website.company_id = cls.place.company_id
        # Sentences are compared in the language they are written in.
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.website.write(
            {"language_ids": [Command.set(english.ids)], "default_lang_id": english.id}
        )
        cls.alix, cls.noe = (
            new_test_user(
                cls.env, login, groups="base.group_portal", context=UNINVITED, name=name, email=login,
                password=PASSWORD, lang="en_US",
            ).with_env(cls.env)
            for login, name in (
                ("alix@lequai.example", "Alix Membre"),
                ("noe@lequai.example", "Noé Autre"),
            )
        )
        cls.day = cls.place.now_local().date() + timedelta(days=7)
        cls.Booking = cls.env["tierslieu.booking"]

    def at(self, hour, minute=0, day=0):
        """Return a naive UTC moment of the place's wall clock, on the day looked at."""
        moment = datetime.combine(self.day + timedelta(days=day), time(hour, minute))
        return self.place.to_utc(moment)

    def as_form(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%MZ")

    def new_visitor(self, user=None):
        """Begin a new session: someone else, or the same with other cookies."""
        self.authenticate(user and user.login, user and PASSWORD)

    def log_in(self, user):
        """Log in by the form, in the browser that has looked around as a visitor: what it keeps is kept."""
        page = self.get("/web/login").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        answer = self.url_open(
            "/web/login", data={"login": user.login, "password": PASSWORD, "csrf_token": token}, allow_redirects=False
        )
        self.assertEqual(answer.status_code, 303)
        # The login has changed the session that tokens are made for.
        self.session = root.session_store.get(self.opener.cookies["session_id"])

    def url_open(self, url, *arguments, **options):
        answer = super().url_open(url, *arguments, **options)
        # Of a file it would be guessed, for seconds, by who asks for its text.
        answer.encoding = answer.encoding or "utf-8"
        return answer

    def get(self, path):
        return self.url_open(path, timeout=60)

    def post(self, path, data=None, csrf=True):
        data = {"sent": "1"} | dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data, timeout=60, allow_redirects=False)

    def hold(self, space=None, start=None, **values):
        form = {
            "space": (space or self.room).id,
            "start": self.as_form(start or self.at(10)),
            "length": "60",
        }
        return self.post("/book/hold", form | values)

    def confirmed(self, user, space=None, hour=10, day=0):
        """Return a confirmed booking of a member."""
        start = self.at(hour, day=day)
        booking = self.Booking.reserve(
            space or self.room, user.partner_id, start, start + timedelta(hours=1)
        )
        booking.action_confirm()
        return booking

    def written(self):
        """Return what would show that something was written."""
        self.env.flush_all()
        self.env.invalidate_all()
        counts = {model: self.env[model].sudo().with_context(active_test=False).search_count([])
                  for model in WATCHED}
        states = self.Booking.sudo().search([], order="id").mapped(
            lambda booking: (booking.id, booking.state, booking.partner_id.id)
        )
        return counts, states

    def assertWritesNothing(self, call):
        before = self.written()
        answer = call()
        self.assertEqual(self.written(), before)
        return answer
