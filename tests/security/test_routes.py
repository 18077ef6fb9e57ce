"""Every route of ours, as another member and as a visitor: 404 or elsewhere, never an error, nothing written.

Routes come from Odoo's map and their arguments from their functions: a new one is swept without being named
here. Only an argument with a new name asks for a decision: whose is what it names?
Each place that takes a value is given nonsense: all of it with --full, else the next of it in turn.
"""

import inspect
import itertools
from urllib.parse import quote

from ours import arguments_of, fill, routes
from people import create_event_data, create_member_data

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import FULL
from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase
from odoo.addons.tierslieu_membership.tests.plan_common import create_plan_data

# What varies in an address, and to whom what it names belongs.
OWNED = {"adhesion_id", "booking_id", "contract_id", "import_id", "partner_id", "proof_id", "proposal_id"}
ANYONE_S = {"event_id", "slug", "space_id", "page", "step", "version_id"}
SECRET = {"token", "key", "seat_key"}
# Routes of the team: a member has no answer there, whosever it is.
OF_THE_TEAM = {
    "/tierslieu/data/<int:partner_id>",
    "/tierslieu/import/<int:import_id>/problems.csv",
    "/tierslieu/import/<int:import_id>/template.csv",
    "/tierslieu/import/<int:import_id>/template.xlsx",
    "/tierslieu/proof/<int:proof_id>/file",
}
NONSENSE = ("", "-1", "9" * 30, "1.5", "٣", "\0", "9999-12-31T23:59Z", "<script>alert(1)", "x" * 3000)
WORST = ("9" * 30, "\0", "9999-12-31T23:59Z")
SERVER_ERROR = 500


@tagged("-at_install", "post_install")
class TestRoutes(WebsiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.routes = routes(cls.env)
        # More than a visitor is allowed to ask in an hour.
        cls.classPatch(type(cls.env["tierslieu.throttle"]), "_hit", lambda *_args, **_options: True)

    def alix_s(self):
        """Return {argument: what it names, of another member's}."""
        booking = self.confirmed(self.alix)
        data = {"place": self.place, "desks": self.desks, "taxes": self.taxes}
        plan = create_plan_data(self.env, data)["nomad"]
        member = create_member_data(self.env, self.alix.partner_id, self.website.company_id)
        return member | create_event_data(self.env, self.alix.partner_id, self.place) | {
            "booking_id": booking.id,
            "space_id": self.room.id,
            "slug": self.room.id,
            "page": 1,
            "step": "who",
            "contract_id": plan.subscribe(plan, self.alix.partner_id, self.day).id,
            "token": self.env["tierslieu.token"]._issue(booking, "another purpose"),
        }

    def methods_of(self, rule):
        return self.routes[rule].routing["methods"] or ("GET", "POST")

    def ask(self, rule, method, path, data=None):
        """Ask a route in the way that it is asked."""
        if self.routes[rule].routing["type"] == "jsonrpc":
            return self.url_open(path, json=self.build_rpc_payload(data or {}), timeout=60, allow_redirects=False)
        if method == "POST":
            return self.post(path, data)
        return self.url_open(path, params=data, timeout=60, allow_redirects=False)

    def assertNoError(self, answer, said):
        said = str(said)[:200]
        self.assertLess(answer.status_code, SERVER_ERROR, said)
        self.assertNotIn("Traceback", answer.text, said)
        self.assertNotIn("odoo.exceptions", answer.text, said)

    def test_every_argument_has_its_owner(self):
        names = {name for rule in self.routes for name in arguments_of(rule)}
        self.assertEqual(names, OWNED | ANYONE_S | SECRET, "Say in which set an argument of a route belongs.")
        self.assertEqual(names, set(self.alix_s()), "Name one of another member's.")

    @mute_logger("odoo.http")
    def test_what_belongs_to_another_member_does_not_exist(self):
        values = self.alix_s()
        owned = [rule for rule in self.routes if OWNED & set(arguments_of(rule))]
        self.assertTrue(owned)
        for user, refusals in ((self.noe, (303, 404)), (None, (302, 303, 404))):
            self.new_visitor(user)
            for rule in owned:
                for method in self.methods_of(rule):
                    with self.subTest(user=user and user.name, rule=rule, method=method):
                        path = fill(rule, values)
                        answer = self.assertWritesNothing(
                            lambda rule=rule, method=method, path=path: self.ask(rule, method, path)
                        )
                        self.assertIn(answer.status_code, refusals)
                        self.assertNotIn("Alix", answer.text)
                        self.assertNotIn(self.Booking.browse(values["booking_id"]).name, answer.text)

    @mute_logger("odoo.http")
    def test_the_owner_has_it(self):
        """Without this the test above could pass on routes that answer nobody."""
        values = self.alix_s()
        self.new_visitor(self.alix)
        for rule in self.routes.keys() - OF_THE_TEAM:
            if OWNED & set(arguments_of(rule)) and "GET" in self.methods_of(rule):
                with self.subTest(rule):
                    self.assertIn(self.ask(rule, "GET", fill(rule, values)).status_code, (200, 303))

    @mute_logger("odoo.http", "werkzeug")
    def test_nonsense_in_addresses(self):
        values, turns = self.alix_s(), itertools.cycle(NONSENSE)
        for rule in self.as_whoever_may_ask():
            for name, word in each_with(arguments_of(rule), NONSENSE, turns):
                told = {other: quote(str(value), safe="") for other, value in (values | {name: word}).items()}
                with self.subTest(rule=rule, name=name, word=word[:20]):
                    self.assertNoError(self.ask(rule, "GET", fill(rule, told)), word)

    @mute_logger("odoo.http", "werkzeug")
    def test_nonsense_in_what_is_sent(self):
        values = self.alix_s()
        words = (*NONSENSE, str(values["booking_id"]))
        turns, worst = itertools.cycle(words), itertools.cycle(WORST)
        for rule in self.as_whoever_may_ask():
            names = sent(rule, self.routes[rule])
            path = fill(rule, values)
            wholes = [dict.fromkeys(names, word) for word in (words if FULL else [next(turns)])]
            # What makes sense of the first could hide what the second does.
            parts = [{name: word} for name, word in each_with(names, WORST, worst)] if len(names) > 1 else []
            for method in self.routes[rule].routing["methods"] or ("GET",):
                for data in wholes + parts:
                    with self.subTest(rule=rule, method=method, data=str(data)[:200]):
                        self.assertNoError(self.ask(rule, method, path, data), data)

    def as_whoever_may_ask(self):
        """Yield every rule, asked by a member where it takes one, by a visitor elsewhere."""
        for auth, rules in itertools.groupby(
            sorted(self.routes, key=lambda rule: self.routes[rule].routing["auth"]),
            key=lambda rule: self.routes[rule].routing["auth"],
        ):
            self.new_visitor(self.alix if auth == "user" else None)
            yield from rules


def each_with(names, words, turns):
    """Return the pairs of both to try: all of them with --full, else each name with the next word of `turns`."""
    return list(itertools.product(names, words)) if FULL else [(name, next(turns)) for name in names]


def sent(rule, endpoint):
    """Return the names of what a route reads beside its address."""
    parameters = inspect.signature(endpoint.func).parameters.values()
    named = {parameter.name for parameter in parameters if parameter.kind != parameter.VAR_KEYWORD}
    return sorted(named - set(arguments_of(rule)))
