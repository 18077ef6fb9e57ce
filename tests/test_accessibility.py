"""Every page and screen of ours through axe, on a phone and on a desk: no serious fault.

Pages are found in Odoo's map of routes and screens in its actions. A page is visited with data on it, by the
list PAGES; a route of ours that is neither visited nor in NOT_PAGES fails the test, as does a line of either
list that leads nowhere any more.
"""

import contextlib
import itertools
import os
import resource

from axe_playwright_python.base import AXE_SCRIPT
from ours import records_of, routes, rule_of
from playwright.sync_api import TimeoutError, sync_playwright

from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.http_common import PASSWORD, WebsiteCase

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SERIOUS = {"serious", "critical"}
PATIENCE = 30  # seconds that a screen may take to appear
# Who looks, and at which address: what is in braces is filled by `places`.
PAGES = (
    ("visitor", "/book"),
    ("visitor", "/book/{room}"),
    ("visitor", "/book/{room}?day={day}&length=60"),
    ("visitor", "/book/{room}?day={day}&length=60&people=700"),
    ("visitor", "/book/{desks}?day={day}&length=day"),
    ("visitor", "/book/{desks}?day={day}&length=3days"),
    ("visitor", "/book/{desks}?day={day}&length=61"),
    ("visitor", "/book/join/{token}"),
    ("visitor", "/book/join/nothing"),
    ("buyer", "/book/{room}?day={day}&length=60"),
    ("buyer", "/shop/cart"),
    ("buyer", "/shop/checkout"),
    ("buyer", "/shop/payment"),
    ("member", "/my"),
    ("member", "/my/bookings"),
    ("member", "/my/bookings?tab=past"),
    ("member", "/my/bookings?tab=cancelled"),
    ("member", "/my/bookings/page/1"),
    ("member", "/my/bookings/{booking}"),
    ("member", "/my/bookings/{cancelled}"),
    ("member", "/my/bookings/{booking}/cancel"),
    ("stranger", "/my/bookings"),
)
# Routes of ours that show no page.
NOT_PAGES = {
    "/book/<int:space_id>/picture": "an image",
    "/book/hold": "a form's target: it redirects",
    "/book/calendar.ics": "a file",
    "/my/bookings/<int:booking_id>/calendar.ics": "a file",
    "/shop/payment/validate": "it redirects",
    "/source": "a file, or a redirection",
}
# Kinds of views whose content Odoo draws alone on a canvas or from its own chatter: there is nothing of ours in them.
NOT_OURS = {"pivot", "graph", "activity"}
# Faults of Odoo's own widgets, which no one here can mend: (rule of axe, what its element contains) -> where it comes from.
OF_ODOO = {}
AXE = """
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(fault =>
    fault.nodes.map(node => ({
        rule: fault.id, impact: node.impact, html: node.html, at: node.target.join(" "), why: node.failureSummary,
    })))
"""

SPOILT = """
() => document.querySelector("main").insertAdjacentHTML("afterbegin",
    "<p style='color: #aaa; background: #fff'>Pale</p><img src='/web/static/img/logo.png'>")
"""


@tagged("-at_install", "post_install")
class TestAccessibility(WebsiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.env.ref("base.user_admin")
        cls.manager.write({"login": "gerante@lequai.example", "password": PASSWORD, "lang": "en_US"})
        cls.manager.group_ids |= cls.env.ref("tierslieu_base.group_manager")
        with without_memory_limit():
            playwright = sync_playwright().start()
            cls.addClassCleanup(playwright.stop)
            cls.chromium = playwright.chromium.launch(
                executable_path=os.environ["TIERSLIEU_CHROMIUM"], args=["--no-sandbox"]
            )
        cls.addClassCleanup(cls.chromium.close)

    def setUp(self):
        super().setUp()
        self.faults = []

    # -- Data

    def places(self):
        """Make what the pages show; return what fills the addresses."""
        booking = self.confirmed(self.alix, hour=10)
        self.env["tierslieu.integrity.result"].action_check()
        cancelled = self.confirmed(self.alix, hour=14)
        cancelled.action_cancel(reason="Plus besoin")
        guest = self.env["res.partner"].create({"name": "Camille Passage", "email": self.noe.email})
        joined = self.Booking.reserve(self.lounge, guest, self.at(10), self.at(11))
        joined.claim_partner_id = self.noe.partner_id
        joined.action_confirm()
        return {
            "room": self.room.id,
            "desks": self.desks.id,
            "day": self.day.isoformat(),
            "token": self.env["tierslieu.token"]._issue(joined, "join"),
            "booking": booking.id,
            "cancelled": cancelled.id,
        }

    def sessions(self):
        """Return {who: session id}, the buyer's with a slot in the cart."""
        found = {}
        for who, user in (
            ("visitor", None), ("buyer", None), ("member", self.alix), ("stranger", self.noe), ("manager", self.manager),
        ):
            self.session = None  # `authenticate` deletes the session before.
            self.new_visitor(user)
            if who == "buyer":
                self.hold(start=self.at(16))
            found[who] = self.session.sid
        return found

    # -- Looking

    def look(self, session, size, addresses, wait):
        """Open addresses one after the other in a browser of this size, and keep the faults that axe finds."""
        host = self.base_url()
        browser = self.chromium.new_context(viewport=size, has_touch=size is PHONE, reduced_motion="reduce")
        try:
            with self.allow_requests(all_requests=True):
                browser.add_cookies([{"name": "session_id", "value": session, "url": host}])
                browser.route(lambda url: not url.startswith(host), lambda route: route.abort())
                page = browser.new_page()
                for address in addresses:
                    self.look_at(page, address, wait, f"{address} at {size['width']}")
                page.close()
        finally:
            browser.close()

    def look_at(self, page, address, wait, where):
        answer = page.goto(self.base_url() + address)
        if answer.status >= 400 or not page.url.partition("?")[0].endswith(address.partition("?")[0]):
            self.faults.append(f"{where}: answered {answer.status} at {page.url}")
            return
        try:
            wait(page)
        except TimeoutError:
            self.faults.append(f"{where}: nothing to see after {PATIENCE} s")
            return
        page.evaluate(AXE_SCRIPT)
        self.faults += [
            f"{where}: {fault['rule']} ({fault['impact']}) {fault['at']}\n    {fault['html'][:300]}\n    {fault['why']}"
            for fault in page.evaluate(AXE)
            if fault["impact"] in SERIOUS and not is_odoo_s(fault)
        ]

    def assertNoFault(self):
        self.assertFalse(self.faults, f"{len(self.faults)} faults\n" + "\n".join(self.faults))

    # -- Pages

    def test_pages(self):
        places = self.places()
        sessions = self.sessions()
        for who, pages in itertools.groupby(PAGES, key=lambda page: page[0]):
            addresses = [address.format(**places) for _who, address in pages]
            for size in (PHONE, DESK):
                self.look(sessions[who], size, addresses, wait_for_page)
        self.assertNoFault()

    def test_a_fault_is_found(self):
        session = self.sessions()["visitor"]

        def spoil(page):
            wait_for_page(page)
            page.evaluate(SPOILT)

        self.look(session, PHONE, ["/book"], spoil)
        self.assertEqual([fault.split()[3] for fault in self.faults], ["color-contrast", "image-alt"], self.faults)

    def test_no_page_is_forgotten(self):
        ours = routes(self.env)
        places = dict.fromkeys(("room", "desks", "day", "booking", "cancelled"), 1) | {"token": "token"}
        visited = {rule_of(self.env, address.format(**places)) for _who, address in PAGES}
        self.assertFalse(ours.keys() - visited - NOT_PAGES.keys(), "Routes to add to PAGES or to NOT_PAGES.")
        self.assertFalse(NOT_PAGES.keys() - ours.keys(), "Routes that are no more.")
        self.assertFalse(NOT_PAGES.keys() & visited, "Visited: a page, then.")

    # -- Screens of the back office

    def screens(self):
        """Return the addresses of every view of every action of ours, forms with a record where there is one."""
        found = []
        for action in records_of(self.env, "ir.actions.act_window"):
            address = f"/odoo/action-{action.get_external_id()[action.id]}"
            for view in action.view_mode.split(","):
                if view in NOT_OURS:
                    continue
                if view != "form":
                    found.append(f"{address}?view_type={view}")
                    continue
                record = self.env[action.res_model].search([], limit=1, order="id desc")
                found.append(f"{address}/{record.id or 'new'}")
        return found

    def test_screens(self):
        self.places()
        addresses = self.screens()
        session = self.sessions()["manager"]
        for size in (PHONE, DESK):
            self.look(session, size, addresses, wait_for_screen)
        self.assertNoFault()


@contextlib.contextmanager
def without_memory_limit():
    """Let what starts here have the memory that Odoo forbids itself: Chromium reserves more than it uses."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def is_odoo_s(fault):
    """Tell whether a fault is of Odoo's own, which no one here can mend."""
    return any(rule == fault["rule"] and mark in fault["html"] for rule, mark in OF_ODOO)


def wait_for_page(page):
    """Wait until a page is whole and still: what fades in has not its colours yet."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)


def wait_for_screen(page):
    """Wait until the web client has drawn its view."""
    page.wait_for_selector(".o_action_manager .o_view_controller, .o_dialog .o_form_view", timeout=PATIENCE * 1000)
    page.wait_for_timeout(500)
