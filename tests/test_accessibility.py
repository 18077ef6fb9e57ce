"""Every page and screen of ours through axe, on a phone and on a desk: no serious fault.

Pages are found in Odoo's map of routes and screens in its actions. A page is visited with data on it, by the
list PAGES; a route of ours that is neither visited nor in NOT_PAGES fails the test, as does a line of either
list that leads nowhere any more. All of them at both widths with --full, else one in SHARE, at either width in turn.
"""

import contextlib
import itertools
import os
import random
import resource

from axe_playwright_python.base import AXE_SCRIPT
from ours import records_of, routes, rule_of
from people import create_event_data, create_member_data
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

from odoo import Command
from odoo.http import root
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import FULL
from odoo.addons.tierslieu_booking.tests.extras_common import create_extras
from odoo.addons.tierslieu_booking.tests.http_common import PASSWORD, WebsiteCase
from odoo.addons.tierslieu_membership.tests.charge_common import create_refused_charge
from odoo.addons.tierslieu_membership.tests.plan_common import create_plan_data

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SHARE, SEED = 12, 2027
# No address but this machine's is found. To refuse requests one by one would forbid the browser to keep scripts.
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
STILL = 400  # milliseconds until what slides or fades is in its place
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
    ("visitor", "/book?people=2&length=60&day={day}"),
    ("visitor", "/book?people=700&length=60&day={day}"),
    ("visitor", "/place"),
    ("visitor", "/place/{place}"),
    ("visitor", "/prices"),
    ("visitor", "/prices/{place}"),
    ("visitor", "/agenda"),
    ("visitor", "/agenda/{place}"),
    ("visitor", "/welcome"),
    ("visitor", "/entrance/{place}"),
    ("visitor", "/door/{room}"),
    ("visitor", "/card/{key}"),
    ("visitor", "/card/nothing"),
    ("visitor", "/book/join/{token}"),
    ("visitor", "/book/join/nothing"),
    ("buyer", "/book/{room}?day={day}&length=60"),
    ("visitor", "/book/extras?space={lounge}&start={moment}&length=60&people=3"),
    ("buyer", "/shop/cart"),
    ("buyer", "/shop/address"),
    ("payer", "/shop/cart"),
    ("payer", "/shop/checkout"),
    ("payer", "/shop/payment"),
    ("paid", "/shop/confirmation"),
    ("member", "/my"),
    ("member", "/my/bookings"),
    ("member", "/my/bookings?tab=past"),
    ("member", "/my/bookings?tab=cancelled"),
    ("member", "/my/bookings/page/1"),
    ("member", "/my/bookings/{booking}"),
    ("member", "/my/bookings/{cancelled}"),
    ("member", "/my/bookings/{asked}"),
    ("member", "/book/{barred}?day={day}&length=60"),
    ("member", "/my/bookings/{booking}/cancel"),
    ("member", "/my/bookings/{late}"),
    ("member", "/my/bookings/{booking}/move"),
    ("member", "/my/credits"),
    ("member", "/my/credits/page/1"),
    ("member", "/my/fare"),
    ("member", "/my/membership"),
    ("stranger", "/my/membership"),
    ("member", "/my/membership/payment"),
    ("stranger", "/my/membership/payment"),
    ("member", "/my/card"),
    ("member", "/my/card/lost"),
    ("member", "/my/charter"),
    ("member", "/my/charter/{version_id}"),
    ("member", "/my/data"),
    ("member", "/my/data/erase"),
    ("member", "/card/{key}"),
    ("stranger", "/my/bookings"),
    ("member", "/my/proposals"),
    ("member", "/my/proposals/new"),
    ("member", "/my/proposals/{proposal_id}"),
    ("visitor", "/event/{event_id}/seats"),
    ("visitor", "/event/{event_id}/seats/done"),
    ("visitor", "/event/seat/{seat_key}"),
    ("visitor", "/event/seat/{seat_key}/cancel"),
    ("visitor", "/agenda?children=1&price=open"),
    ("visitor", "/join"),
    ("visitor", "/join/who"),
    ("member", "/join"),
    ("member", "/join/charter"),
    ("stranger", "/join/adhesion"),
    ("stranger", "/join/plan"),
    ("payer", "/join/ready"),
    ("stranger", "/my/membership/plan/{contract_id}/end"),
    ("stranger", "/my/membership/plan/{contract_id}/change?plan={nomad}&date={day}"),
)
# Routes of ours that show no page.
NOT_PAGES = {
    "/book/<int:space_id>/picture": "an image",
    "/book/fare": "a form's target: it redirects",
    "/book/hold": "a form's target: it redirects",
    "/door/<string:slug>/<string:key>": "the same page, for who has its link",
    "/entrance/<string:slug>/<string:key>": "the same page, for who has its link",
    "/agenda.ics": "a file",
    "/agenda/<string:slug>/agenda.ics": "a file",
    "/agenda/<string:slug>/poster.pdf": "a file",
    "/agenda/poster.pdf": "a file",
    "/book/calendar.ics": "a file",
    "/event/seat/<string:seat_key>/calendar.ics": "a file",
    "/event/seat/<string:seat_key>/code.png": "an image",
    "/event/seat/<string:seat_key>/ticket.pdf": "a file",
    "/my/proposals/<int:proposal_id>/withdraw": "a form's target: it redirects",
    "/my/bookings/<int:booking_id>/again": "a form's target: it redirects",
    "/my/bookings/<int:booking_id>/calendar.ics": "a file",
    "/my/bookings/<int:booking_id>/pay": "a form's target: it redirects",
    "/my/card.pdf": "a file",
    "/my/charter/<int:version_id>/accept": "a form's target: it redirects",
    "/my/charter/<int:version_id>/charter.pdf": "a file",
    "/my/data/copy": "a file",
    "/my/data/erase/withdraw": "a form's target: it redirects",
    "/my/fare/<int:proof_id>/file": "a file",
    "/my/membership/<int:adhesion_id>/receipt.pdf": "a file",
    "/my/membership/payment/drop": "a form's target: it redirects",
    "/my/membership/payment/keep": "a form's target: it redirects",
    "/my/membership/renew": "a form's target: it redirects",
    "/my/fare/<int:proof_id>/withdraw": "a form's target: it redirects",
    "/my/fare/send": "a form's target: it redirects",
    "/shop/payment/validate": "it redirects",
    "/shop/print": "a file",
    "/source": "a file, or a redirection",
    "/tierslieu/data/<int:partner_id>": "a file",
    "/tierslieu/import/<int:import_id>/problems.csv": "a file",
    "/tierslieu/import/<int:import_id>/template.csv": "a file",
    "/tierslieu/import/<int:import_id>/template.xlsx": "a file",
    "/tierslieu/proof/<int:proof_id>/file": "a file",
}
# Kinds of views that Odoo draws alone, on a canvas or from its chatter: there is nothing of ours in them.
DRAWN_BY_ODOO = {"pivot", "graph", "activity"}
# Faults of Odoo's web client that no view of ours can mend: (rule, where, what it is).
OF_ODOO = (
    ("*", ".o_main_navbar", "its menus hold links and buttons that are no menu items"),
    ("*", ".o_searchview", "its search box announces a list it is not"),
    ("*", ".o-mail-Chatter", "its chatter has pictures and icons without words"),
    ("html-has-lang", "html", "its page names no language"),
    ("label", ".o_list_record_selector, .o_data_cell, .o_recurrent_weekdays", "the boxes of its lists have no label"),
    ("button-name", ".o_optional_columns_dropdown", "the button that chooses columns has no name"),
    ("button-name", ".o_control_panel, .o_button_more", "the buttons that stand for others on a phone have no name"),
    ("scrollable-region-focusable", ".o_list_renderer", "its wide lists scroll by touch only"),
    ("aria-required-parent", ".o_notebook_headers, .settings_tab", "its tabs are not in a list of tabs"),
    ("aria-allowed-attr", ".o-dropdown, .o-autocomplete--input, .o_tag", "its keys mark what is no option"),
    ("autocomplete-valid", ".o_select_menu_toggler", "its selections refuse help by a made-up word"),
    ("aria-prohibited-attr", ".o_field_daterange, .o_field_place_daterange", "the arrow between two dates is named"),
    ("role-img-alt", ".o_field_list_activity", "the icons of its activities say nothing"),
    ("role-img-alt", ".o_field_contact_statistics", "the icons of someone's sales and invoices, in lists, say nothing"),
    ("aria-dialog-name", ".modal", "its dialogs are not tied to their titles"),
    ("button-name", ".o_field_widget[name=kanban_state]", "the button of a state has a colour and no word"),
    ("image-alt", ".o_field_many2one_avatar_user", "the picture of who is in charge says nothing"),
    ("label", ".o_event_form_view .o_field_widget[name=seats_max]", "the number of seats of an event has no label"),
    ("label", ".o_calendar_filter", "the boxes that filter its calendars have no label"),
    ("button-name", ".o_calendar_view", "the button beside its calendars that opens their filters has no name"),
    ("*", ".o_event_kanban_view", "the cards of its events have a button and icons without words"),
)
# Those of its shop.
OF_ODOO_PAGES = (
    ("aria-prohibited-attr", ".o_payment_form .fa-exclamation-triangle", "the icon of a provider on trial is named"),
)
AXE = """
async known => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(fault =>
    fault.nodes
        .filter(node => ["serious", "critical"].includes(node.impact))
        // "Loading" and the name of the application in Odoo's bar, on their way out when they were looked at.
        .filter(node => !/o_loading_indicator|o_menu_brand/.test(node.html))
        // What had left by the time it was named: the bar and the search box fold when the window narrows.
        .filter(node => document.querySelector(node.target[0])?.matches(node.html.match(/^<(\\w+)/)[1]))
        .filter(node => !known.some(([rule, where]) =>
            (rule === "*" || rule === fault.id) && document.querySelector(node.target[0])?.closest(where)))
        .map(node => ({
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
                executable_path=os.environ["TIERSLIEU_CHROMIUM"], args=["--no-sandbox", NOBODY_ELSE]
            )
        cls.addClassCleanup(cls.chromium.close)

    def setUp(self):
        super().setUp()
        self.faults = []
        self.widths = itertools.cycle([(DESK, PHONE)] if FULL else [(DESK,), (PHONE,)])

    # -- Data

    def places(self):
        """Make what the pages show; return what fills the addresses."""
        booking = self.confirmed(self.alix, hour=10)
        booking.announced_as = "Yoga du midi"
        self.place.screen_mode = "public"
        self.env["tierslieu.integrity.result"].action_check()
        self.env["tierslieu.retention.rule"].action_open()
        self.env["tierslieu.day.hours"]._bring_up(self.place)
        self.with_credits()
        extras = create_extras(self.env, self.place, self.taxes, self.place.company_id)
        for extra in extras.values():
            extra.space_ids = self.lounge
        self.lounge.approval = "always"
        as_alix = self.Booking.with_user(self.alix).sudo()
        asked = as_alix.reserve(self.lounge, self.alix.partner_id, self.at(14), self.at(15))
        self.lounge.approval = "never"
        barred = self.room.copy({"name": "Découpeuse laser", "unit_ids": False})
        barred.unit_count = 1
        barred.habilitation_kind_ids = self.env["tierslieu.habilitation.kind"].create({"name": "Découpe laser"})
        cancelled = self.confirmed(self.alix, hour=14)
        cancelled.action_cancel(reason="Plus besoin")
        dearer = self.confirmed(self.alix, hour=12)
        dearer._ask_move(self.at(15, day=1), self.at(17, day=1))
        guest = self.env["res.partner"].create({"name": "Camille Passage", "email": self.noe.email})
        joined = self.Booking.reserve(self.lounge, guest, self.at(10), self.at(11))
        joined.claim_partner_id = self.noe.partner_id
        joined.action_confirm()
        self.noe.partner_id.write(
            {
                "street": "1 quai de la Loire", "zip": "44000", "city": "Nantes", "phone": "01 99 00 00 02",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        self.env["tierslieu.refund"].create(
            {
                "booking_id": cancelled.id, "partner_id": self.alix.partner_id.id, "amount": 8,
                "company_id": cancelled.company_id.id, "currency_id": cancelled.currency_id.id,
            }
        )
        plans = create_plan_data(self.env, {"place": self.place, "desks": self.desks, "taxes": self.taxes})
        (plans["resident"] | plans["nomad"]).is_published = True
        contract = plans["resident"].subscribe(plans["resident"], self.noe.partner_id, self.day)
        create_refused_charge(self.env, contract)
        member = create_member_data(self.env, self.alix.partner_id, self.website.company_id)
        for version in self.noe.partner_id._tierslieu_charters_waiting(self.website.company_id):
            self.env["tierslieu.charter.acceptance"]._accept(self.noe.partner_id, version, "portal")
        event = create_event_data(self.env, self.alix.partner_id, self.place)
        self.event = self.env["event.event"].browse(event["event_id"])
        return member | event | {
            "contract_id": contract.id,
            "nomad": plans["nomad"].id,
            "place": self.env["ir.http"]._slug(self.place),
            "asked": asked.id,
            "barred": barred.id,
            "room": self.room.id,
            "desks": self.desks.id,
            "lounge": self.lounge.id,
            "moment": self.as_form(self.at(16)),
            "day": self.day.isoformat(),
            "token": self.env["tierslieu.token"]._issue(joined, "join"),
            "booking": booking.id,
            "cancelled": cancelled.id,
            "late": self.cancelled_late().id,
        }

    def cancelled_late(self):
        """Return a booking of the member that was cancelled too late, in a space that says so from now on."""
        policy = self.env["tierslieu.cancellation.policy"].create(
            {
                "name": "Trois semaines avant",
                "company_id": self.place.company_id.id,
                "step_ids": [Command.create({"hours": 500, "fee": 50}), Command.create({"hours": 2, "fee": 100})],
            }
        )
        self.room.cancellation_policy_id = policy
        fare = self.env["tierslieu.profile"]._default_of(self.place.company_id)
        self.lounge.cancellation_choice_ids = [Command.create({"profile_id": fare.id, "policy_id": policy.id})]
        late = self.confirmed(self.alix, hour=17)
        late.action_cancel(reason="Trop tard")
        return late

    def sessions(self):
        """Return {who: session id}, the buyer's with a slot in the cart."""
        found = {}
        people = {
            "member": self.alix, "stranger": self.noe, "payer": self.noe, "paid": self.alix, "manager": self.manager,
        }
        for who in ("visitor", "buyer", *people):
            self.session = None  # `authenticate` deletes the session before.
            self.new_visitor(people.get(who))
            if who == "visitor":
                self.have_a_seat()
            elif who == "buyer":
                self.hold(start=self.at(16))
            elif who == "payer":
                self.hold(self.desks, start=self.at(16))
            elif who == "paid":
                # Not the desks, which credits would pay, nor what is asked about extras: neither has a cart.
                self.hold(start=self.at(15))
                self.pay_cart(self.alix.partner_id)
            found[who] = self.session.sid
        return found

    def have_a_seat(self):
        """Register without an account at the event, when there is one: the page that thanks shows it."""
        if event := getattr(self, "event", None):
            ticket = event.event_ticket_ids[0]
            form = {"name": "Ana Voisine", "email": "ana@example.org", f"number-{ticket.id}": "1"}
            self.post(f"/event/{event.id}/seats", form)

    def pay_cart(self, partner):
        """Confirm the cart of somebody, whose session then shows the page that thanks."""
        order = self.env["sale.order"].search([("partner_id", "=", partner.id), ("state", "=", "draft")], limit=1)
        self.assertTrue(order)
        order.action_confirm()
        session = root.session_store.get(self.session.sid)
        session["sale_last_order_id"] = order.id
        root.session_store.save(session)

    # -- Looking

    def look(self, session, addresses, wait, known=()):
        """Open addresses one after the other, each at its widths, and keep the faults that axe finds."""
        host = self.base_url()
        browser = self.chromium.new_context(viewport=DESK, reduced_motion="reduce")
        try:
            with self.allow_requests(all_requests=True):
                browser.add_cookies([{"name": "session_id", "value": session, "url": host}])
                page = browser.new_page()
                for address in addresses:
                    self.faults += [f"{address} {fault}" for fault in self.faults_of(page, host + address, wait, known)]
                page.close()
        finally:
            browser.close()

    def faults_of(self, page, url, wait, known):
        """Return what is wrong with a page, as sentences."""
        widest, *narrower = next(self.widths)
        page.set_viewport_size(widest)
        answer = page.goto(url)
        # The web client gives its screens other addresses.
        moved = page.url.partition("?")[0] != url.partition("?")[0] and "/odoo/" not in page.url
        if answer.status >= 400 or moved:
            return [f"answered {answer.status} at {page.url}"]
        try:
            wait(page)
        except PlaywrightTimeout:
            return [f"showed nothing for {PATIENCE} s"]
        page.evaluate(AXE_SCRIPT)
        found = self.at_this_width(page, known)
        for width in narrower:
            page.set_viewport_size(width)
            page.wait_for_timeout(STILL)
            found += self.at_this_width(page, known)
        return found

    def at_this_width(self, page, known):
        return [
            f"at {page.viewport_size['width']}: {fault['rule']} ({fault['impact']}) {fault['at']}\n"
            f"    {fault['html'][:300]}\n    {fault['why']}"
            for fault in page.evaluate(AXE, known)
        ]

    def assertNoFault(self):
        self.assertFalse(self.faults, f"{len(self.faults)} faults\n" + "\n".join(self.faults))

    # -- Pages

    def test_pages(self):
        places = self.places()
        sessions = self.sessions()
        for who, pages in itertools.groupby(some(PAGES), key=lambda page: page[0]):
            addresses = [address.format(**places) for _who, address in pages]
            self.look(sessions[who], addresses, wait_for_page, [pair[:2] for pair in OF_ODOO_PAGES])
        self.assertNoFault()

    def test_a_fault_is_found(self):
        session = self.sessions()["visitor"]
        self.widths = itertools.repeat((DESK, PHONE))

        def spoil(page):
            wait_for_page(page)
            page.evaluate(SPOILT)

        self.look(session, ["/book"], spoil)
        self.assertEqual([fault.split()[3] for fault in self.faults], ["color-contrast", "image-alt"] * 2, self.faults)

    def with_credits(self):
        """Make tickets that pay a desk, and give some to the member."""
        tickets = self.env["tierslieu.credit.type"].create(
            {
                "name": "Ticket",
                "value_ids": [Command.create({"space_id": self.desks.id, "time_unit": "day", "amount": 2})],
            }
        )
        self.env["tierslieu.credit.lot"]._grant(tickets, self.alix.partner_id, 10)
        training = self.env["tierslieu.habilitation.kind"].create({"name": "Découpeuse laser"})
        self.env["tierslieu.habilitation"].create(
            {"kind_id": training.id, "partner_id": self.alix.partner_id.id}
        )

    def test_no_page_is_forgotten(self):
        ours = routes(self.env)
        names = (
            "room", "desks", "lounge", "day", "moment", "booking", "cancelled", "late", "asked", "barred", "event_id",
            "proposal_id",
        )
        places = dict.fromkeys((*names, "version_id", "contract_id", "nomad"), 1)
        places |= {"token": "token", "key": "key", "seat_key": "key", "place": "le-quai-1"}
        # Those that a place may rewrite with the website's editor have no route.
        written = self.env["website.page"].search([]).mapped("url")
        addresses = [address.format(**places) for _who, address in PAGES if address not in written]
        self.assertLess(len(addresses), len(PAGES))
        visited = {rule_of(self.env, address) for address in addresses}
        self.assertFalse(ours.keys() - visited - NOT_PAGES.keys(), "Routes to add to PAGES or to NOT_PAGES.")
        self.assertFalse(NOT_PAGES.keys() - ours.keys(), "Routes that are no more.")
        self.assertFalse(NOT_PAGES.keys() & visited, "Visited: a page, then.")

    # -- Screens of the back office

    def screens(self):
        """Return the addresses of all that our actions open: each view, the form with a record where there is one.

        A form that no action opens, a button's, is opened by its model. What opens from another
        record, through a button too, shows views that are here already.
        """
        found, models_seen = [], set()
        for action in records_of(self.env, "ir.actions.act_window"):
            address = f"/odoo/action-{action.get_external_id()[action.id]}"
            if "active_id" in f"{action.domain} {action.context}":
                continue
            models_seen.add(action.res_model)
            kinds = [kind for kind in action.view_mode.split(",") if kind not in DRAWN_BY_ODOO]
            found += [f"{address}?view_type={kind}" for kind in kinds if kind != "form"]
            if "form" in kinds:
                found.append(f"{address}/{self.shown(action.res_model)}")
        found += [
            f"/odoo/action-{action.get_external_id()[action.id]}"
            for action in records_of(self.env, "ir.actions.client")
        ]
        forms = records_of(self.env, "ir.ui.view").filtered(lambda view: view.type == "form" and not view.inherit_id)
        return found + [
            f"/odoo/m-{model}/{self.shown(model)}" for model in sorted(set(forms.mapped("model")) - models_seen)
        ]

    def shown(self, model):
        """Return the id of the last record of a model, or "new"."""
        record = self.env[model].search([], limit=1, order="id desc")
        creatable = self.env[model].with_user(self.manager).has_access("create")
        self.assertTrue(record or creatable, f"Make a {model} in `places`: its form needs one.")
        return record.id or "new"

    # A wizard opened without what it is about cannot be kept when it is left.
    @mute_logger("odoo.sql_db", "odoo.http")
    def test_screens(self):
        self.places()
        addresses = self.screens()
        session = self.sessions()["manager"]
        known = [pair[:2] for pair in OF_ODOO]
        self.look(session, some(addresses), wait_for_screen, known)
        self.assertNoFault()


def some(addresses):
    """Return what is looked at in this run, in the same order."""
    chosen = range(len(addresses))
    if not FULL:
        chosen = sorted(random.Random(SEED).sample(chosen, len(addresses) // SHARE))
    return [addresses[nth] for nth in chosen]


@contextlib.contextmanager
def without_memory_limit():
    """Let what starts here have the memory that Odoo forbids itself: Chromium reserves more than it uses."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def wait_for_page(page):
    """Wait until a page is whole and still: what fades in has not its colours yet."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(STILL)


def wait_for_screen(page):
    """Wait until the web client has drawn its view."""
    page.wait_for_selector(".o_action_manager .o_action, .o_dialog .o_form_view", timeout=PATIENCE * 1000)
    page.wait_for_selector(".o_loading_indicator", state="detached", timeout=PATIENCE * 1000)
    page.wait_for_timeout(STILL)
