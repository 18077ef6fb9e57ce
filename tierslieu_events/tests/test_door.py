import random
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.test_setup import SetupCase

from ..hooks import name_the_passing
from .common import EventCase, create_event


@tagged("post_install", "-at_install")
class TestDoor(EventCase):
    """The door lets each person in once, with a network or without, and says why not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.event = create_event(
            cls.env, tickets=[("Plein", 0, 12.0)], date_begin=now + timedelta(hours=1),
            date_end=now + timedelta(hours=5),
        )
        cls.ticket = cls.event.event_ticket_ids
        cls.door = cls.event.with_user(cls.host)
        cls.journal = cls.env["account.journal"].create({"name": "Caisse", "type": "cash", "code": "TLC"})
        cls.nth = 0

    def scan(self, *scans, event=None):
        """Send scans; return the answers, in order."""
        sent = []
        for one in scans:
            type(self).nth += 1
            one = one if isinstance(one, dict) else {"code": one.barcode}
            sent.append({"nonce": f"nonce {self.nth}", "door": "Jardin"} | one)
        return (event or self.door).tierslieu_scan(sent)["answers"]

    def test_each_reason(self):
        now = fields.Datetime.now()
        valid = self.register(self.ticket, name="Ana")
        unpaid = self.cart_of(self.alice, self.ticket)._tierslieu_seats()
        gone = self.register(self.ticket, name="Parti")
        gone.tierslieu_give_up()
        other = create_event(self.env, tickets=[("Autre", 0, 0.0)], date_begin=now, date_end=now + timedelta(hours=2))
        elsewhere = self.register(other.event_ticket_ids, name="Ailleurs")
        slotted = create_event(
            self.env, tickets=[("Plein", 0, 0.0)], date_begin=now, date_end=now + timedelta(days=60), slots=(10, 14)
        )
        later = self.register(slotted.event_ticket_ids, slot=slotted.event_slot_ids[0], name="En mars")
        answers = self.scan(valid, unpaid, gone, elsewhere, {"code": "123456"}, valid)
        self.assertEqual(
            [answer["result"] for answer in answers], ["in", "unpaid", "cancelled", "event", "unknown", "again"]
        )
        self.assertEqual([answer["may_force"] for answer in answers], [False, True, False, False, False, False])
        self.assertIn("Jardin", answers[-1]["said"])
        self.assertIn(other.name, answers[3]["said"])
        self.assertFalse(answers[3]["seat"])
        [answer] = self.scan(later, event=slotted.with_user(self.host))
        self.assertEqual(answer["result"], "day")
        self.assertEqual((valid.state, bool(valid.date_closed)), ("done", True))
        self.assertEqual(self.event.tierslieu_door()["counts"], {"in": 1, "expected": 1})

    def test_let_in_all_the_same_and_taken_back(self):
        unpaid = self.cart_of(self.alice, self.ticket)._tierslieu_seats()
        [answer] = self.scan({"seat": unpaid.id, "force": True})
        self.assertEqual((answer["result"], unpaid.state), ("in", "done"))
        self.assertTrue(self.event.tierslieu_scan_ids.is_forced)
        [answer] = self.scan({"seat": unpaid.id, "back": True})
        self.assertEqual((answer["result"], unpaid.state), ("back", "open"))
        [answer] = self.scan(unpaid)
        self.assertEqual(answer["result"], "in")
        self.assertClean()

    def test_a_nonce_counts_once(self):
        seat = self.register(self.ticket, name="Ana")
        scan = {"nonce": "the same", "code": seat.barcode}
        first, second = (self.door.tierslieu_scan([scan])["answers"][0] for _nth in range(2))
        self.assertEqual(first, second)
        self.assertEqual((first["result"], len(self.event.tierslieu_scan_ids)), ("in", 1))

    def test_what_a_device_sends_is_not_believed(self):
        seat = self.register(self.ticket, name="Ana")
        for bad in (None, "x", [{"code": seat.barcode}], [{"nonce": "", "code": seat.barcode}], [{}] * 501):
            with self.assertRaises(UserError):
                self.door.tierslieu_scan(bad)
        self.assertEqual(self.door.tierslieu_scan(["text", 7])["answers"], [])
        answers = self.scan(
            {"code": ["list"], "at": "never"}, {"seat": True}, {"seat": "1 OR 1=1"}, {"seat": 2**40},
            {"code": seat.barcode, "at": "2030-01-01 10:00:00"}, {"code": "x" * 500},
        )
        self.assertEqual(sorted(answer["result"] for answer in answers), ["in"] + ["unknown"] * 5)
        self.assertLessEqual(seat.date_closed, fields.Datetime.now())

    @heavy
    def test_500_scans_two_doors_one_offline(self):
        people = self.registrations.create(
            [
                {"event_id": self.event.id, "event_ticket_id": self.ticket.id, "name": f"Personne {nth}"}
                for nth in range(350)
            ]
        )
        chance = random.Random(7)
        shown = [*people, *chance.choices(list(people), k=150)]
        chance.shuffle(shown)
        now, offline, online, entered = fields.Datetime.now(), [], [], []
        for nth, seat in enumerate(shown):
            at = now + timedelta(seconds=nth)
            scan = {"nonce": f"{nth}", "code": seat.barcode, "at": str(at)}
            (offline if nth % 2 else online).append(scan)
        with self.later(minutes=30):
            for scan in online:
                entered += self.door.tierslieu_scan([scan | {"door": "Rue"}])["answers"]
            sent = [scan | {"door": "Jardin", "late": True} for scan in offline]
            answers = self.door.tierslieu_scan(sent)["answers"]
            again = self.door.tierslieu_scan(sent)["answers"]
        self.assertEqual(answers, again)
        self.assertEqual(set(people.mapped("state")), {"done"})
        entries = self.event.tierslieu_scan_ids.filtered("is_entry")
        self.assertEqual((len(entries), entries.registration_id), (350, people))
        doubles = self.event.tierslieu_scan_ids.filtered(lambda one: one.result == "again")
        self.assertEqual(len(doubles), 150)
        late = [answer for answer in answers if answer["result"] == "again"]
        self.assertEqual(len(late), len(doubles.filtered("is_late")))
        self.assertTrue(all(answer["late"] and answer["said"] for answer in late))
        self.assertEqual(self.door.tierslieu_door()["counts"], {"in": 350, "expected": 350})
        self.assertClean()

    def test_which_doors_may_be_opened(self):
        """Those of what is on and of what comes next, the first one first: not what is over or called off."""
        now = fields.Datetime.now()
        for name, hours, state in (("Demain", 30, "normal"), ("Hier", -30, "normal"), ("Annulé", 4, "cancel")):
            create_event(
                self.env, name=name, kanban_state=state, date_begin=now + timedelta(hours=hours),
                date_end=now + timedelta(hours=hours + 2),
            )
        doors = self.env["event.event"].with_user(self.host).tierslieu_doors()
        names = [door["name"] for door in doors]
        self.assertEqual(names[:2], [self.event.name, "Demain"])
        self.assertFalse({"Hier", "Annulé"} & set(names))
        self.assertTrue(all(door["when"] for door in doors))
        with self.assertRaises(UserError):
            self.env["event.event"].with_user(self.env.ref("base.public_user")).tierslieu_doors()

    def doors(self):
        """Return [(name, when)] of the doors that a host may open."""
        return [(door["name"], door["when"]) for door in self.env["event.event"].with_user(self.host).tierslieu_doors()]

    def test_a_season_does_not_hide_tonight(self):
        """Courses that began in autumn, without slots or with some: what is on tonight comes first."""
        now = fields.Datetime.now()
        season = {"date_begin": now - timedelta(days=60), "date_end": now + timedelta(days=200)}
        for nth in range(25):
            create_event(self.env, name=f"Cours {nth}", **season)
        today = self.event._tierslieu_local(now).date()
        lessons = create_event(self.env, name="Chorale", is_multi_slots=True, **season)
        over = create_event(self.env, name="Couture", is_multi_slots=True, **season)
        far = create_event(self.env, name="Photo", is_multi_slots=True, **season)
        for event, days in ((lessons, (-7, 1, 8)), (over, (-14, -7)), (far, (-7, 30))):
            event.event_slot_ids = [
                Command.create({"date": today + timedelta(days=nth), "start_hour": 18, "end_hour": 20}) for nth in days
            ]
        weekend = {"date_begin": now - timedelta(hours=20), "date_end": now + timedelta(hours=20)}
        create_event(self.env, name="Festival", **weekend)
        create_event(
            self.env, name="Plus tard", date_begin=now + timedelta(days=9), date_end=now + timedelta(days=9, hours=2)
        )
        doors = self.doors()
        names = [name for name, _when in doors]
        self.assertEqual(names[:3], [self.event.name, "Festival", "Chorale"])
        self.assertEqual(dict(doors)["Chorale"], lessons._tierslieu_when_said(lessons.event_slot_ids.sorted("date")[1]))
        self.assertEqual({name.partition(" ")[0] for name in names[3:]}, {"Cours"})
        self.assertEqual(len(names), 20)

    def test_the_next_door_when_none_is_near(self):
        now = fields.Datetime.now()
        self.event.kanban_state = "cancel"
        for name, days in (("Dans un mois", 30), ("Dans dix jours", 10)):
            begin = now + timedelta(days=days)
            create_event(self.env, name=name, date_begin=begin, date_end=begin + timedelta(hours=2))
        self.assertEqual([name for name, _when in self.doors()], ["Dans dix jours"])

    def test_who_keeps_the_door(self):
        portal = self.member
        with self.assertRaises(UserError):
            self.event.with_user(portal).tierslieu_door()
        with self.assertRaises(UserError):
            self.event.with_user(portal).tierslieu_scan([])
        scan = self.env["tierslieu.event.scan"].with_user(self.manager)
        with self.assertRaises(UserError):
            scan.create(
                {"nonce": "mine", "event_id": self.event.id, "result": "in", "scanned_at": fields.Datetime.now()}
            )

    # -- Sold at the door

    def sell(self, **values):
        return self.env["tierslieu.door.sale"].with_user(self.host).create(
            {
                "event_id": self.event.id, "ticket_id": self.ticket.id, "name": "Passante",
                "journal": str(self.journal.id),
            }
            | values
        )

    def test_sold_paid_and_in(self):
        sale = self.sell(number=2)
        self.assertEqual(sale.amount, 24.0)
        sale.action_sell()
        sale.action_sell()
        seats = sale.sudo().registration_ids
        self.assertEqual(seats.mapped("state"), ["done"] * 2)
        self.assertEqual(seats.mapped("name"), ["Passante"] * 2)
        invoice = seats.sale_order_id.invoice_ids
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.partner_id, self.env.ref("tierslieu_events.partner_passing"))
        self.assertFalse(seats.partner_id)
        self.assertEqual(self.door.tierslieu_door()["counts"], {"in": 2, "expected": 2})
        self.assertClean()

    def test_free_price_known_person_and_refusals(self):
        self.ticket.write({"tierslieu_free_price": True, "tierslieu_floor": 5, "tierslieu_suggested": 8})
        with self.assertRaisesRegex(UserError, "at least"), self.cr.savepoint():
            self.sell(chosen=2).action_sell()
        sale = self.sell(chosen=6.5, partner_id=self.bob.id, come_in=False)
        self.assertEqual((sale.name, sale.email, sale.amount), ("Passante", "bob@example.org", 6.5))
        sale.action_sell()
        seat = sale.sudo().registration_ids
        self.assertEqual((seat.state, seat.partner_id), ("open", self.bob))
        with self.assertRaisesRegex(UserError, "known here"), self.cr.savepoint():
            self.sell(journal="account").action_sell()
        self.ticket.write({"tierslieu_free_price": False, "tierslieu_public": "members"})
        with self.assertRaisesRegex(Exception, "is for members"), self.cr.savepoint():
            self.sell().action_sell()
        sale = self.sell(override_reason="Invitée de la maison")
        sale.action_sell()
        self.assertEqual(sale.sudo().registration_ids.state, "done")

    def test_full(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        self.register(self.ticket)
        with self.assertRaisesRegex(Exception, "no seat left"), self.cr.savepoint():
            self.sell().action_sell()

    def test_the_sheet_of_each_time(self):
        event = create_event(self.env, tickets=[("Plein", 0, 0.0)], slots=(10, 14))
        for slot, name in zip(event.event_slot_ids, ("Zoé", "Ana"), strict=True):
            self.register(event.event_ticket_ids, slot=slot, name=name)
        sheets = event._tierslieu_attendance()
        self.assertEqual([sheet["seats"].mapped("name") for sheet in sheets], [["Zoé"], ["Ana"]])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html("tierslieu_events.report_attendance", event.ids)
        self.assertIn("Zoé", html.decode())


@tagged("post_install", "-at_install")
class TestPassing(EventCase):
    """Who buys at the door and leaves no name has one in the books, in the language of the place."""

    def test_named_in_the_language_of_the_place(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        passing = self.env.ref("tierslieu_events.partner_passing")
        for lang, name in (("fr_FR", "Personnes de passage"), ("en_US", "People who pass by")):
            passing.name = "People who pass by"
            self.env.company.partner_id.lang = lang
            name_the_passing(self.env)
            self.assertEqual(passing.name, name)


@tagged("post_install", "-at_install")
class TestPassingOfASetUp(SetupCase):
    """At the installation nobody has said the language of the place: who sets it up reads one."""

    def test_named_when_the_place_is_set_up(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        passing = self.env.ref("tierslieu_events.partner_passing")
        for first, lang, name in (
            ("People who pass by", "en_US", "People who pass by"),
            ("People who pass by", "fr_FR", "Personnes de passage"),
            ("Au guichet", "fr_FR", "Au guichet"),
        ):
            with self.subTest(first=first, lang=lang):
                passing.name = first
                self.manager.lang = lang
                self.setup.apply("who", self.who())
                self.assertEqual(passing.name, name)
