from datetime import date

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.import_common import Imports, as_ods, as_xlsx

from .credit_desk_common import CreditCase

HEAD = ["Numéro", "Membre", "Type", "Crédits restants", "Valable jusqu'au", "Partagé"]
ALICE = "alice@lequai.example"


@tagged("post_install", "-at_install")
class TestImportCredits(Imports, CreditCase):
    """Credits left in another tool, brought in once. It is Monday, 11 January 2027."""

    def line(self, number="C-1", member=ALICE, kind="Ticket", left="7,5", until="30/06/2027", shared=""):
        return [number, member, kind, left, until, shared]

    def brought(self):
        return self.lots.search([("origin", "=", "import")], order="id")

    def test_a_lot(self):
        mails = self.env["mail.mail"].search_count([])
        record = self.bring_in("credits", [HEAD, self.line()])
        self.assertEqual(self.counts(record), (1, 0, 0))
        lot = self.brought()
        self.assertEqual((lot.partner_id, lot.type_id, lot.balance), (self.alice, self.tickets, 7.5))
        self.assertEqual((lot.valid_from, lot.valid_until), (date(2027, 1, 11), date(2027, 6, 30)))
        self.assertEqual((lot.move_ids.kind, lot.move_ids.reason), ("grant", "C-1"))
        self.assertEqual(record.action_open_made()["domain"], [("id", "in", lot.ids)])
        self.assertEqual(self.alice.credit_balance(self.tickets), 7.5)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails, "Nobody is written to.")
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.alice.id)]))
        self.assertClean()

    def test_xlsx_and_ods(self):
        rows = [HEAD, self.line(left=7.5), self.line("C-2", "Bruno Costa", "TICKET", 3, "")]
        for content in (as_xlsx(rows), as_ods(rows)):
            self.bring_in("credits", content)
        self.assertEqual(self.brought().mapped("balance"), [7.5, 3.0])
        self.assertFalse(self.brought()[1].valid_until)

    def test_shared(self):
        self.bring_in("credits", [HEAD, self.line(member="Solène", shared="oui")])
        lot = self.brought()
        self.assertEqual((lot.partner_id, lot.is_shared), (self.fanal, True))
        again = self.bring_in("credits", [HEAD, self.line(member="Studio Fanal", shared="oui")])
        self.assertEqual(self.counts(again), (0, 0, 1))

    def test_a_member_by_reference(self):
        self.bring_in("members", [["Ref", "Nom"], ["A-7", "Sans Adresse"]])
        self.bring_in("credits", [HEAD, self.line(member="a-7")])
        self.assertEqual(self.brought().partner_id.name, "Sans Adresse")

    def test_again_without_doubles(self):
        rows = [HEAD, self.line(), self.line("C-2", "Bruno Costa")]
        self.assertEqual(self.counts(self.bring_in("credits", rows)), (2, 0, 0))
        self.assertEqual(self.counts(self.bring_in("credits", rows)), (0, 0, 2))
        # What was used meanwhile is the business of here.
        self.book(self.desks, 9, 11).action_confirm()
        self.assertEqual(self.counts(self.bring_in("credits", rows)), (0, 0, 2))
        self.assertEqual(self.brought().mapped("balance"), [6.5, 7.5])
        rows.append(self.line("C-3", "Bruno Costa", left="1"))
        self.assertEqual(self.counts(self.bring_in("credits", rows)), (1, 0, 2))

    def test_a_ledger_never_moves_in_silence(self):
        self.bring_in("credits", [HEAD, self.line()])
        other = self.tickets.copy({"name": "Heures"})
        for line, said in (
            (self.line(left="8"), "C-1 was brought in with 7,5 credits, the file says 8: nothing has moved."),
            (self.line(member="Bruno Costa"), "C-1 was brought in for Alice Renaud."),
            (self.line(kind=other.name), "C-1 was brought in as Ticket."),
            (self.line(until="31/12/2027"), "C-1 was brought in with another end of validity."),
            (self.line(shared="oui"), "C-1 was brought in for Alice Renaud."),
        ):
            with self.subTest(said=said):
                record = self.begin("credits", [HEAD, line, self.line("C-9")])
                record.action_import()
                self.assertEqual(record.state, "faulty")
                self.assertEqual(record.problem_ids.mapped("message"), [said])
                self.assertIn("Give or Hand over", record.problem_ids.advice)
                self.assertEqual(self.brought().mapped("balance"), [7.5], "Nor the line that was right.")

    def faults(self):
        line = self.line
        return [
            (line(""), "Pack number is empty."),
            (line("C-0"), None),
            (line("c-0"), "c-0 is on line 3 already."),
            (line("F1", member=""), "Member is empty."),
            (line("F2", member="personne@quai.example"), "Nobody here is personne@quai.example."),
            (line("F3", member="Homonyme"), "2 contacts are Homonyme."),
            (line("F4", kind="Heures"), "“Heures” is not known here."),
            (line("F5", kind=""), "Credit type is empty."),
            (line("F6", left=""), "Credits left is empty."),
            (line("F7", left="dix"), "“dix” is not a number of credits."),
            (line("F8", left="0"), "“0”: nothing is left of this pack."),
            (line("F9", left="-2"), "“-2”: nothing is left of this pack."),
            (line("F10", left="0,125"), "“0,125” is finer than a hundredth of a credit."),
            (line("F11", left="1,234"), "“1,234” can be read in two ways."),
            (line("F12", until="demain"), "“demain” is not a date."),
            (line("F13", until="31/02/2027"), "is a day that does not exist."),
            (line("F14", until="10/01/2027"), "These credits are over since"),
            (line("F15", shared="peut-être"), "“peut-être” is neither yes nor no."),
            (line("F16", until="11/01/2027"), None),
        ]

    def state(self):
        self.env.flush_all()
        counts = []
        for table in ("tierslieu_credit_lot", "tierslieu_credit_move", "res_partner", "ir_model_data", "mail_message"):
            self.env.cr.execute(f"SELECT count(*), max(id) FROM {table}")
            counts.append((table, self.env.cr.fetchone()))
        return counts

    def test_each_fault_its_sentence_nothing_written(self):
        self.env["res.partner"].create([{"name": "Homonyme"} for _nth in range(2)])
        faults = self.faults()
        before = self.state()
        record = self.begin("credits", as_xlsx([HEAD, *(line for line, _said in faults)]))
        record.action_check()
        found = {}
        for problem in record.problem_ids:
            found.setdefault(problem.line, []).append(problem)
        for number, (line, said) in enumerate(faults, start=2):
            with self.subTest(line=line):
                if not said:
                    self.assertNotIn(number, found)
                    continue
                self.assertEqual(len(found.get(number, [])), 1)
                self.assertIn(said, found[number][0].message)
        self.assertFalse([problem.message for problem in record.problem_ids if not problem.advice])
        record.action_import()
        self.assertEqual((record.state, self.state()), ("faulty", before))

    def test_no_type_yet(self):
        self.tickets.active = False
        found = self.problems("credits", [HEAD, self.line()])
        self.assertEqual(found, {2: ["There is no credit type here yet."]})

    def test_of_another_company(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        self.env["tierslieu.credit.type"].create({"name": "Leur ticket", "company_id": other.id})
        far = {"name": "Loin", "company_id": other.id, "email": "loin@quai.example"}
        self.env["res.partner"].create(far)
        self.manager.company_ids = [Command.link(other.id)]
        found = self.problems("credits", [HEAD, self.line(kind="Leur ticket"), self.line("C-2", far["email"])])
        self.assertEqual(found[2], ["“Leur ticket” is not known here."])
        self.assertEqual(found[3], ["Nobody here is loin@quai.example."])

    def test_growth(self):
        """What a line costs does not grow with the file."""
        def queries(first, number):
            rows = [HEAD] + [self.line(f"{first}-{nth}") for nth in range(number)]
            record = self.begin("credits", rows)
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            with mute_logger("odoo.sql_db"):
                record.action_check()
            self.env.flush_all()
            self.assertEqual(record.state, "ready", record.problem_ids.mapped("message"))
            return self.env.cr.sql_log_count - start

        queries("A", 2)
        few, many = queries("B", 5), queries("C", 25)
        self.assertLessEqual(many - few, 20 * 20, f"At most 20 queries a line: {(many - few) / 20}.")
