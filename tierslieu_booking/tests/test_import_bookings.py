from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.import_common import Imports, as_ods, as_xlsx

from .common import BookingCase

HEAD = ["Numéro", "Membre", "Espace", "Début", "Fin", "Personnes", "Unité", "Prix TTC", "Paiement", "Raison", "Lieu"]
ALICE = "alice@lequai.example"
ROOM = "Petit salon"


@tagged("post_install", "-at_install")
class TestImportBookings(Imports, BookingCase):
    """Bookings to come, brought in from another tool. It is Monday, 11 January 2027, at 8 in Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False

    def line(self, number="R-1", member=ALICE, space=ROOM, start="12/01/2027 14:00", stop="16:00", people="",
             unit="", price="", payment="payé", reason="", place=""):
        return [number, member, space, start, stop, people, unit, price, payment, reason, place]

    def booked(self):
        return self.Booking.search([("state", "=", "confirmed")], order="id")

    def test_a_booking(self):
        rows = [HEAD, self.line(people="4", payment="à facturer")]
        mails = self.env["mail.mail"].search_count([])
        record = self.bring_in("bookings", rows)
        self.assertEqual(self.counts(record), (1, 0, 0))
        booking = self.booked()
        self.assertEqual((booking.start, booking.stop), (self.at(1, 14), self.at(1, 16)))
        self.assertEqual((booking.partner_id, booking.space_id, booking.people), (self.alice, self.room, 4))
        self.assertEqual((booking.amount_total, booking.payment_status), (16.0, "to_invoice"))
        self.assertEqual(self.room.free_count(self.at(1, 14), self.at(1, 16)), 0)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails, "Nobody is written to.")
        self.assertClean()

    def test_xlsx_and_ods(self):
        rows = [HEAD, self.line(), self.line("R-2", "Bruno Costa", "COWORKING", "2027-01-12 09:00", "12/01/2027 18:00")]
        for content in (as_xlsx(rows), as_ods(rows)):
            self.bring_in("bookings", content)
        self.assertEqual(len(self.booked()), 2)

    def test_told_when_asked(self):
        mails = self.env["mail.mail"].search([])
        self.bring_in("bookings", [HEAD, self.line()], tell=True)
        self.assertEqual((self.env["mail.mail"].search([]) - mails).recipient_ids, self.alice)

    def test_again_without_doubles(self):
        rows = [HEAD, self.line(), self.line("R-2", start="13/01/2027 14:00")]
        self.assertEqual(self.counts(self.bring_in("bookings", rows)), (2, 0, 0))
        self.assertEqual(self.counts(self.bring_in("bookings", rows)), (0, 0, 2))
        rows[2][3] = "13/01/2027 10:00"
        rows[2][4] = "11:00"
        rows.append(self.line("R-3", start="14/01/2027 10:00", stop="11:00"))
        self.assertEqual(self.counts(self.bring_in("bookings", rows)), (1, 1, 1))
        self.assertEqual(self.booked()[1].start, self.at(2, 10))
        self.assertEqual(len(self.booked()), 3)
        self.assertClean()

    def test_what_happened_here_wins(self):
        rows = [HEAD, self.line(payment="to invoice"), self.line("R-2", start="13/01/2027 14:00")]
        self.bring_in("bookings", rows)
        first, second = self.booked()
        first.action_cancel()
        second.with_user(self.host).action_move(self.at(3, 10), self.at(3, 12))
        found = self.problems("bookings", rows)
        self.assertEqual(list(found), [3])
        self.assertIn("R-2 was moved since it was brought in: it is Petit salon, Thursday, January 14", found[3][0])
        self.assertEqual(self.counts(self.bring_in("bookings", rows[:2])), (0, 0, 1), "It stays cancelled.")
        self.assertEqual(first.state, "cancelled")

    def test_prices(self):
        rows = [HEAD, self.line(price="1 000,50 €", payment="to invoice"),
                self.line("R-2", start="13/01/2027 14:00", price="0", payment="to invoice"),
                self.line("R-3", start="14/01/2027 14:00", payment="paid")]
        self.bring_in("bookings", rows)
        agreed, free, paid = self.booked()
        self.assertEqual((agreed.amount_total, agreed.payment_status), (1000.5, "to_invoice"))
        self.assertEqual(agreed.line_ids.mapped("description"), ["Price agreed before"])
        self.assertEqual((free.amount_total, free.payment_status), (0.0, "none"))
        self.assertEqual((paid.amount_total, paid.payment_status), (16.0, "paid"))
        invoice = agreed.with_user(self.host)._invoice()
        self.assertEqual(invoice.amount_total, 1000.5)

    def test_the_price_that_was_agreed_follows_a_move(self):
        rows = [HEAD, self.line(price="10,00", payment="to invoice")]
        self.bring_in("bookings", rows)
        rows[1][3:5] = ["12/01/2027 15:00", "17:00"]
        self.assertEqual(self.counts(self.bring_in("bookings", rows)), (0, 1, 0))
        booking = self.booked()
        self.assertEqual((booking.start, booking.amount_total), (self.at(1, 15), 10.0), "Not the 16 of the grid.")
        self.assertEqual(booking.with_user(self.host)._invoice().amount_total, 10.0)
        rows[1][3:5] = ["12/01/2027 16:00", "18:00"]
        self.bring_in("bookings", rows)
        self.assertEqual(booking.amount_total, 10.0)
        self.assertFalse(booking.sale_line_ids.order_id.invoice_ids.filtered(lambda move: move.amount_total != 10))
        self.assertClean()

    def test_what_was_paid_meanwhile_in_the_other_tool(self):
        """The second file says that it is paid: nobody is invoiced again for it."""
        rows = [HEAD, self.line(price="10,00", payment="to invoice")]
        self.bring_in("bookings", rows)
        rows[1][6:9] = ["", "12,00", "paid"]
        self.assertEqual(self.counts(self.bring_in("bookings", rows)), (0, 1, 0))
        self.assertEqual((self.booked().amount_total, self.booked().payment_status), (12.0, "paid"))
        self.assertEqual(self.counts(self.bring_in("bookings", rows)), (0, 0, 1))
        self.assertClean()

    def test_paid_elsewhere_is_no_money_of_here(self):
        self.bring_in("bookings", [HEAD, self.line()])
        booking = self.booked()
        for status, found in (("paid", True), ("to_invoice", False), ("none", False), ("to_pay", False)):
            domain = [("id", "=", booking.id), ("payment_status", "=", status)]
            self.assertEqual(bool(self.Booking.search(domain)), found, status)
        with self.assertRaises(UserError):
            booking.with_user(self.host)._invoice()
        with self.assertRaises(UserError):
            booking.with_user(self.host).write({"paid_elsewhere": False})
        self.assertEqual(booking._paid_amount(), 0.0, "Nothing goes back from here.")
        with self.assertRaisesRegex(UserError, "ask the team to move it"):
            booking._ask_move(self.at(2, 14), self.at(2, 16))
        booking.with_user(self.host).action_move(self.at(2, 14), self.at(2, 18))
        self.assertEqual((booking.amount_total, booking.payment_status), (16.0, "paid"))
        booking.with_user(self.host).action_cancel()
        self.assertEqual(booking.payment_status, "none")
        self.assertFalse(self.env["tierslieu.refund"].search([("booking_id", "=", booking.id)]))

    def test_a_rule_is_set_aside_with_a_reason(self):
        self.room.length_max = 1
        found = self.problems("bookings", [HEAD, self.line()])
        self.assertEqual(found, {2: ["Petit salon is booked for 1 h at the most."]})
        self.bring_in("bookings", [HEAD, self.line(reason="agreed before we moved in")])
        override = self.env["tierslieu.override"].search([("res_id", "=", self.booked().id)])
        self.assertEqual(override.user_id, self.manager)

    def test_a_member_by_reference(self):
        self.bring_in("members", [["Ref", "Nom"], ["A-7", "Sans Adresse"]])
        self.bring_in("bookings", [HEAD, self.line(member="a-7")])
        self.assertEqual(self.booked().partner_id.name, "Sans Adresse")

    def test_which_place(self):
        self.env["tierslieu.place"].create({"name": "L'Annexe", "tz": "Europe/Paris"})
        found = self.problems("bookings", [HEAD, self.line(), self.line("R-2", place="le quai")])
        self.assertEqual(found, {2: ["This line does not say in which place."]})

    def faults(self):
        """Thirty-odd lines, each wrong in its own way, with what must be said of it."""
        line, day = self.line, "12/01/2027 "
        return [
            (line(""), "Booking number is empty."),
            (line("R-0", start="18/01/2027 09:00", stop="10:00"), None),
            (line("r-0"), "r-0 is on line 3 already."),
            (line("F1", member=""), "Member is empty."),
            (line("F2", member="personne@quai.example"), "Nobody here is personne@quai.example."),
            (line("F3", member="Homonyme"), "2 contacts are Homonyme."),
            (line("F4", space="Grand salon"), "No space of Le Quai is called Grand salon."),
            (line("F5", place="Ailleurs"), "No place is called Ailleurs."),
            (line("F6", start=""), "Start is empty."),
            (line("F7", start="demain"), "“demain” is not a date."),
            (line("F8", start="12/01/27 14:00"), "“12/01/27 14:00” can be read in several ways."),
            (line("F9", start="01/13/2027 14:00"), "“01/13/2027 14:00” has no month of that number."),
            (line("F10", start="31/02/2027 14:00"), "“31/02/2027 14:00” is a day that does not exist."),
            (line("F11", start="12/01/2027"), "“12/01/2027” says the day, not the hour."),
            (line("F12", start=day + "25:00"), "“12/01/2027 25:00” is not an hour."),
            (line("F13", start="12/01/0207 14:00"), "this year cannot be right."),
            (line("F14", stop="13:00"), "The end must come after the start."),
            (line("F15", start="04/01/2027 14:00"), "This booking is of the past"),
            (line("F16", start="28/03/2027 02:30", stop="04:00"), "2:30 AM does not exist on Sunday, March 28, 2027"),
            (line("F17", start="31/10/2027 02:30", stop="04:00"), "2:30 AM comes twice on Sunday, October 31, 2027"),
            (line("F18", start="16/01/2027 14:00"), "Le Quai is closed on Saturday, January 16."),
            (line("F19", start=day + "07:00", stop="10:00"), "Le Quai is open 9:00 AM to 6:00 PM on Tuesday"),
            (line("F20", start=day + "14:10"), "Times go by steps of 30 minutes here"),
            (line("F21", start="15/01/2027 14:00"), "Petit salon is taken on Friday, January 15"),
            (line("F22", start="18/01/2027 09:30", stop="11:00"), "Petit salon is taken on Monday, January 18"),
            (line("F23", people="7"), "Petit salon takes 6 people at the most."),
            (line("F24", people="deux"), "“deux” is not a whole number."),
            (line("F25", people="0"), "Say how many people come: at least one."),
            (line("F26", price="gratuit"), "“gratuit” is not an amount."),
            (line("F27", price="-3"), "“-3” is below zero."),
            (line("F28", price="1,234"), "“1,234” can be read in two ways."),
            (line("F29", price="0,125"), "“0,125” is finer than a cent."),
            (line("F30", payment="bientôt"), "“bientôt” is not known here."),
            (line("F31", payment=""), "Payment is empty."),
            (line("F32", unit="Poste 99"), "Petit salon has no unit called Poste 99."),
            (line("F33", start="12/01/2031 14:00"), "This date is too far away to be booked yet."),
            (line("F34", space="Fermée"), "Fermée cannot be booked at the moment."),
            (line("F35", space="Gratuite"), "Gratuite has no price for"),
            (line("F36", reason="x", start="19/01/2027 14:00"), "Say why the rule is set aside."),
            (line("F37", member="#REF!"), None),
        ]

    def prepare_faults(self):
        self.env["res.partner"].create([{"name": "Homonyme"} for _nth in range(2)])
        self.env["tierslieu.space"].create({"name": "Fermée", "place_id": self.place.id})
        self.env["tierslieu.space"].create({"name": "Gratuite", "place_id": self.place.id, "unit_count": 1})
        self.reserve(self.room, self.at(4, 14)).action_confirm()

    def state(self):
        self.env.flush_all()
        counts = []
        for table in ("tierslieu_booking", "tierslieu_occupancy", "tierslieu_booking_line", "res_partner",
                      "tierslieu_override", "ir_model_data", "mail_message", "mail_mail", "sale_order"):
            self.env.cr.execute(f"SELECT count(*), max(id) FROM {table}")
            counts.append((table, self.env.cr.fetchone()))
        return counts

    def test_thirty_faults_thirty_sentences_nothing_written(self):
        self.prepare_faults()
        faults = self.faults()
        rows = [HEAD, *(list(line) for line, _said in faults)]
        before = self.state()
        record = self.begin("bookings", as_xlsx(rows))
        record.action_check()
        found = {}
        for problem in record.problem_ids:
            found.setdefault(problem.line, []).append(problem)
        sentences = set()
        for number, (line, said) in enumerate(faults, start=2):
            if line[0] == "F37":
                said = "The formula of this cell failed: it shows #REF!."
            with self.subTest(line=line):
                if not said:
                    self.assertNotIn(number, found)
                    continue
                self.assertEqual(len(found.get(number, [])), 1, [p.message for p in found.get(number, [])])
                message = found[number][0].message.replace("\N{NARROW NO-BREAK SPACE}", " ")
                self.assertIn(said, message)
                sentences.add(said)
        self.assertGreaterEqual(len(sentences), 36)
        self.assertEqual((record.state, record.problem_count), ("faulty", len(faults) - 1))
        self.assertFalse([p for p in record.problem_ids if not p.advice and not p.message])
        self.assertEqual(self.state(), before)
        record.action_import()
        self.assertEqual((record.state, self.state()), ("faulty", before), "Nor by the other button.")

    def test_a_right_line_among_wrong_ones_is_not_kept(self):
        record = self.begin("bookings", [HEAD, self.line(), self.line("R-2", start="demain")])
        record.action_import()
        self.assertEqual(record.state, "faulty")
        self.assertFalse(self.booked())
        self.assertEqual(self.room.free_count(self.at(1, 14), self.at(1, 16)), 1)

    def test_of_another_company(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        theirs = self.env["tierslieu.place"].create({"name": "Là-bas", "company_id": other.id, "tz": "Europe/Paris"})
        self.env["tierslieu.space"].create({"name": "Leur salle", "place_id": theirs.id, "unit_count": 1})
        self.manager.company_ids = [Command.link(other.id)]
        found = self.problems("bookings", [HEAD, self.line(space="Leur salle"), self.line("R-2", place="Là-bas")])
        self.assertIn("No space of Le Quai is called Leur salle.", found[2])
        self.assertIn("No place is called Là-bas.", found[3])

    def test_growth(self):
        """What a line costs does not grow with the file."""
        def queries(first, number):
            rows = [HEAD] + [
                self.line(f"{first}-{nth}", space="Coworking", stop="16:00",
                          start=f"{self.place._wall(self.at(1 + nth // 20 * 7 + first, 14)):%d/%m/%Y %H:%M}")
                for nth in range(number)
            ]
            record = self.begin("bookings", rows)
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            with mute_logger("odoo.sql_db"):
                record.action_check()
            self.env.flush_all()
            self.assertEqual(record.state, "ready", record.problem_ids.mapped("message"))
            return self.env.cr.sql_log_count - start

        queries(0, 2)
        few, many = queries(1, 5), queries(2, 20)
        self.assertLessEqual(many - few, 15 * 75, f"At most 75 queries a line: {(many - few) / 15}.")
