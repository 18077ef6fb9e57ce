import base64
import csv
import io
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.import_kind import MODULE
from .import_common import Imports, as_csv_file, as_ods, as_xlsx
from .proof_common import ProofCase

NOON = "2027-01-11 12:00:00"
HEAD = ["Référence", "Nom", "E-mail"]


@tagged("post_install", "-at_install")
class TestImportMembers(Imports, ProofCase):
    """Members brought in from another tool."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["res.partner"].create({"name": "Alice Renaud", "email": "alice@lequai.example"})

    def partner(self, email):
        return self.env["res.partner"].search([("email", "=", email)])

    def test_everything_a_member_has(self):
        rows = [
            ["N°", "nom complet", "MAIL", "telephone", "Structure", "Tarif", "Justificatif jusqu'au", "Carte",
             "Adresse", "CP", "Ville", "Langue", "Remarque"],
            ["A-1", "Zoé Œuvré", " ZOE@quai.example ", "0199001234", "", self.student.name, "30/06/2027", "oui",
             "12 rue des Écluses", "44000", "Nantes", "en", "Vient <le> mardi"],
            ["A-2", "Luc Martin", "", "", "Atelier du Fanal", "", "", "", "3 quai Nord", "44100", "Nantes", "", ""],
        ]
        mails = self.env["mail.mail"].search_count([])
        for content in (as_csv_file(rows), as_xlsx(rows), as_ods(rows)):
            with self.subTest(content[:4]):
                record = self.bring_in("members", content)
                self.assertEqual(sum(self.counts(record)), 2)
        zoe = self.partner("zoe@quai.example")
        self.assertEqual(zoe.name, "Zoé Œuvré")
        self.assertEqual((zoe.phone, zoe.street, zoe.zip, zoe.city, zoe.lang),
                         ("0199001234", "12 rue des Écluses", "44000", "Nantes", "en_US"))
        self.assertIn("Vient &lt;le&gt; mardi", zoe.comment)
        self.assertEqual(zoe.tierslieu_profile_on("2027-06-30"), self.student)
        self.assertNotEqual(zoe.tierslieu_profile_on("2027-07-01"), self.student)
        self.assertEqual(zoe.tierslieu_card_state, "valid")
        luc = self.env["res.partner"].search([("name", "=", "Luc Martin")])
        self.assertEqual(luc.parent_id.name, "Atelier du Fanal")
        self.assertEqual(luc.parent_id.street, "3 quai Nord", "The address is that of the organisation.")
        self.assertEqual(len(luc), 1)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails, "Nobody is written to.")

    def test_again_without_doubles(self):
        rows = [HEAD, ["A-1", "Zoé", "zoe@quai.example"], ["", "Alice Renaud", "ALICE@lequai.example"],
                ["A-3", "Sans adresse", ""]]
        before = self.env["res.partner"].search_count([])
        self.assertEqual(self.counts(self.bring_in("members", rows)), (2, 0, 1))
        self.assertEqual(self.counts(self.bring_in("members", rows)), (0, 0, 3))
        rows[1][1] = "Zoé Durand"
        rows[3][2] = "autre-adresse@quai.example"
        self.assertEqual(self.counts(self.bring_in("members", rows)), (0, 2, 1))
        self.assertEqual(self.env["res.partner"].search_count([]), before + 2)
        self.assertEqual(self.partner("zoe@quai.example").name, "Zoé Durand")

    def test_a_reference_follows_someone_who_changes_address(self):
        self.bring_in("members", [HEAD, ["A-1", "Zoé", "zoe@quai.example"]])
        record = self.bring_in("members", [HEAD, ["a-1 ", "Zoé", "zoe@ailleurs.example"]])
        self.assertEqual(self.counts(record), (0, 1, 0))
        self.assertFalse(self.partner("zoe@quai.example"))

    def test_an_account_of_the_back_office_is_not_taken(self):
        """Whoever may not change an account may not change the address that its password goes to."""
        colleague = self.env["res.users"].create(
            {"name": "Bureau", "login": "bureau", "email": "bureau@lequai.example",
             "group_ids": [(4, self.env.ref("base.group_user").id)]}
        )
        self.assertFalse(self.env["res.users"].with_user(self.manager).has_access("write"))
        self.assertEqual(self.counts(self.bring_in("members", [HEAD, ["B-1", "Bureau", colleague.email]])), (0, 0, 1))
        record = self.begin("members", [HEAD, ["B-1", "Bureau", "pirate@ailleurs.example"]])
        record.action_check()
        self.assertEqual(record.problem_ids.message, "Bureau works here: an import changes nothing of them.")
        self.assertEqual(colleague.email, "bureau@lequai.example")

    def test_a_number_without_end_is_a_sentence(self):
        record = self.begin("members", [HEAD, ["1" * 400, "Zoé", "zoe@quai.example"]])
        record.action_check()
        self.assertIn(record.state, ("ready", "faulty"))
        self.assertNotIn(0, record.problem_ids.mapped("line"))

    def test_an_empty_cell_changes_nothing(self):
        self.bring_in("members", [[*HEAD, "Ville"], ["", "Alice Renaud", "alice@lequai.example", "Nantes"]])
        self.bring_in("members", [[*HEAD, "Ville"], ["", "Alice Renaud", "alice@lequai.example", ""]])
        self.assertEqual(self.partner("alice@lequai.example").city, "Nantes")

    def test_faults(self):
        partners = self.env["res.partner"]
        partners.create([{"name": name, "email": "deux@quai.example"} for name in ("Un", "Deux")])
        partners.create({"name": "Parti", "email": "parti@quai.example", "active": False})
        partners.create({"name": "Studio", "email": "studio@quai.example", "is_company": True})
        partners.create([{"name": "Jumelle", "is_company": True} for _nth in range(2)])
        self.bring_in("members", [HEAD, ["B-1", "Béa", "bea@quai.example"]])
        student, full = self.student.name, self.full.name
        faults = [
            (["", "", "x@quai.example"], "Name is empty."),
            (["", "Personne", ""], "Nothing would tell Personne"),
            (["", "Faux", "pas une adresse"], "“pas une adresse” is not an e-mail address."),
            (["", "Trop", "a@b.example, c@d.example"], "is not an e-mail address."),
            (["A-1", "Un", "un@quai.example"], None),
            (["a-1", "Une", "une@quai.example"], "a-1 is on line 6 already."),
            (["A-2", "Deux fois", "UN@quai.example"], "un@quai.example is on line 6 already."),
            (["", "Deux", "deux@quai.example"], "2 contacts have the address deux@quai.example: Un, Deux."),
            (["", "Parti", "parti@quai.example"], "Parti is archived here."),
            (["", "Studio", "studio@quai.example"], "Studio is an organisation here, not a person."),
            (["B-2", "Béa", "bea@quai.example"], "whose reference is b-1."),
            (["B-1", "Béa", "alice@lequai.example"], "alice@lequai.example is the address of Alice Renaud."),
            (["", "Tél", "tel@quai.example", "appeler"], "“appeler” is not a phone number."),
            (["", "Org", "org@quai.example", "", "Jumelle"], "2 organisations are called Jumelle."),
            (["", "Tarif", "t@quai.example", "", "", "VIP"], "“VIP” is not known here."),
            (["", "Sans", "s@quai.example", "", "", student], f"{student} asks for a proof"),
            (["", "Trop tard", "tt@quai.example", "", "", student, "10/01/2027"], "This proof is over since"),
            (["", "Pour rien", "pr@quai.example", "", "", full, "10/10/2027"], f"{full} asks for no proof."),
            (["", "De rien", "dr@quai.example", "", "", "", "10/10/2027"], "A proof is for a fare"),
            (["", "Date", "d@quai.example", "", "", student, "31/02/2027"], "“31/02/2027” is a day that does not"),
            (["", "Carte", "c@quai.example", "", "", "", "", "bof"], "“bof” is neither yes nor no."),
            (["", "Langue", "l@quai.example", "", "", "", "", "", "klingon"], "“klingon” is not known here."),
            (["", "x" * 501, "long@quai.example"], "This text is too long"),
        ]
        rows = [["Ref", "Nom", "E-mail", "Tél", "Organisme", "Tarif", "Justificatif jusqu'au", "Carte", "Langue"]]
        rows += [line for line, _said in faults]
        before = self.state()
        found = self.problems("members", as_csv_file(rows, separator="\t"))
        for number, (line, said) in enumerate(faults, start=2):
            with self.subTest(line=line):
                if said:
                    self.assertEqual(len(found.get(number, [])), 1, found.get(number))
                    self.assertIn(said, found[number][0])
                else:
                    self.assertNotIn(number, found)
        self.assertEqual(self.state(), before, "Nothing is written.")

    def state(self):
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in ("res.partner", "ir.model.data", "tierslieu.proof", "tierslieu.card", "mail.message")
        ]

    def test_all_the_faults_of_a_line(self):
        found = self.problems("members", [["Nom", "E-mail", "Carte"], ["", "non", "bof"]])
        self.assertEqual(len(found[2]), 3)

    def test_one_wrong_line_keeps_all_out(self):
        record = self.begin("members", [HEAD, ["", "Zoé", "zoe@quai.example"], ["", "Faux", "faux"]])
        record.action_import()
        self.assertEqual(record.state, "faulty")
        self.assertFalse(self.partner("zoe@quai.example"))
        self.assertEqual(record.problem_ids.line, 3)
        self.assertEqual(record.problem_ids.column, "E-mail")
        self.assertEqual(record.problem_ids.value, "faux")
        self.assertTrue(record.problem_ids.advice)

    def test_headings(self):
        found = self.problems("members", [["Nom", "nom complet", "Couleur"], ["Zoé", "", "bleu"]])
        self.assertEqual(found, {1: ["Two columns are “Name”.", "No column is called “Couleur” here."],
                                 2: ["Nothing would tell Zoé from another one at the next import."]})
        found = self.problems("members", [["E-mail"], ["zoe@quai.example"]])
        self.assertEqual(found, {1: ["The column “Name” is missing."]})
        found = self.problems("members", [["Nom", "E-mail"]])
        self.assertEqual(found, {1: ["There is no line below the headings."]})

    def test_a_heading_without_end_is_not_repeated_whole(self):
        record = self.begin("members", b"[" + b'{"a": 1} ' * 40_000 + b"]")
        record.action_check()
        self.assertEqual(record.state, "faulty")
        self.assertLess(max(map(len, record.problem_ids.mapped("message"))), 200)

    def test_what_is_no_table_is_said(self):
        for content, said in (
            (b"\x00\x01", "This file is not a table."), (b"PK\x03\x04", "The file is damaged."),
            (b"  \n", "The file is empty."),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an Excel file of the old kind (xls)."),
        ):
            self.assertEqual(self.problems("members", content), {0: [said]})

    def test_templates_are_read_back(self):
        """The template itself is a right file: its example is left out."""
        kinds = self.env["tierslieu.import.kind"]._kinds()
        self.assertIn("tierslieu.import.members", kinds)
        for name in kinds:
            kind = self.env[name].with_context(lang="en_US")
            for content in (kind._template_csv(), kind._template_xlsx()):
                found = self.problems(name.removeprefix("tierslieu.import."), content)
                self.assertEqual(found, {1: ["There is no line below the headings."]}, name)

    def test_a_bug_is_not_a_page_that_breaks(self):
        kind = type(self.env["tierslieu.import.members"])
        record = self.begin("members", [HEAD, ["", "Zoé", "zoe@quai.example"]])
        with patch.object(kind, "_note_proof", side_effect=ZeroDivisionError("secret")), self.assertLogs(
            "odoo.addons.tierslieu_base.models.import_file", "ERROR"
        ):
            record.action_import()
        self.assertEqual(record.state, "faulty")
        self.assertNotIn("secret", record.problem_ids.message)
        self.assertFalse(self.partner("zoe@quai.example"))

    def test_a_constraint_of_the_database_is_a_sentence(self):
        kind = type(self.env["tierslieu.import.members"])
        real = kind._bring_in

        def twice(kind_self, values, run):
            real(kind_self, values, run)
            self.env.cr.execute(
                "INSERT INTO tierslieu_card (partner_id, company_id, issued_at) SELECT id, %s, %s"
                " FROM res_partner, generate_series(1, 2) WHERE email = 'zoe@quai.example'",
                [self.env.company.id, NOON],
            )
            return "new"

        record = self.begin("members", [HEAD, ["", "Zoé", "zoe@quai.example"]])
        with patch.object(kind, "_bring_in", twice), mute_logger("odoo.sql_db"):
            record.action_check()
        self.assertIn("has a card already", record.problem_ids.message)

    # -- Who, and what stays

    def test_only_managers(self):
        record = self.begin("members", [HEAD, ["", "Zoé", "zoe@quai.example"]])
        for user in (self.host, self.employee, self.member, self.visitor):
            with self.subTest(user.login), mute_logger("odoo.models", "odoo.addons.base.models.ir_rule"):
                other = record.with_user(user)
                for method in ("action_check", "action_import", "action_template", "action_problems",
                               "action_open_made"):
                    with self.assertRaises(AccessError):
                        getattr(other, method)()
                with self.assertRaises(AccessError):
                    other.read(["file"])
                with self.assertRaises(AccessError):
                    self.begin("members", b"a", user=user)
        self.assertEqual(record.state, "draft")

    def test_what_follows_from_the_file_is_not_written_by_hand(self):
        record = self.begin("members", [HEAD, ["", "Zoé", "zoe@quai.example"]])
        for values in ({"state": "ready"}, {"made": {"res.partner": [1]}}, {"company_id": 1}, {"done_by": 1}):
            with self.assertRaises(UserError):
                record.write(values)
            with self.assertRaises(UserError):
                record.create({"kind": "members", **values})
        with self.assertRaises(UserError):
            record.with_context(default_state="ready").create({"kind": "members"})

    def test_a_kind_that_does_not_exist(self):
        record = self.begin("members", [HEAD])
        for kind in ("x", "kind", "problem"):
            with self.subTest(kind=kind):
                with self.assertRaises(UserError):
                    self.begin(kind, [HEAD])
                with self.assertRaises(UserError):
                    record.write({"kind": kind})

    def test_another_file_is_checked_anew(self):
        record = self.begin("members", [HEAD, ["", "Faux", "faux"]])
        record.action_check()
        self.assertEqual(record.state, "faulty")
        record.file = base64.b64encode(as_csv_file([HEAD, ["", "Zoé", "zoe@quai.example"]]))
        self.assertEqual((record.state, len(record.problem_ids)), ("draft", 0))

    def test_what_is_done_stays(self):
        record = self.bring_in("members", [HEAD, ["", "Zoé", "zoe@quai.example"]])
        self.assertEqual(record.done_by, self.manager)
        self.assertTrue(record.done_at)
        self.assertFalse(record.file, "What it said lives in the contacts now.")
        record.action_import()
        self.assertEqual(len(self.partner("zoe@quai.example")), 1, "A second click changes nothing.")
        for refused in (record.action_check, record.unlink, lambda: record.write({"kind": "members"})):
            with self.assertRaises(UserError):
                refused()
        action = record.action_open_made()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.partner("zoe@quai.example"))

    def test_a_file_is_needed(self):
        record = self.env["tierslieu.import"].with_user(self.manager).create({"kind": "members"})
        for method in (record.action_check, record.action_import):
            with self.assertRaises(UserError):
                method()

    def test_files_that_nobody_brought_in_are_forgotten(self):
        record = self.begin("members", [HEAD, ["", "Faux", "faux"]])
        done = self.bring_in("members", [HEAD, ["", "Zoé", "zoe@quai.example"]])
        record.action_check()
        problems = record.problem_ids
        with freeze_time("2027-03-11 12:00:00"):
            self.env["tierslieu.retention.rule"]._refresh()
            rule = self.env["tierslieu.retention.rule"].search([("key", "=", "base.import")])
            self.env.cr.execute("UPDATE tierslieu_import SET write_date = '2027-01-11 12:00:00'")
            rule.with_user(self.manager).action_run()
        self.assertFalse(record.exists())
        self.assertFalse(problems.exists())
        self.assertTrue(done.exists())

    def test_who_is_erased_leaves_no_number(self):
        self.bring_in("members", [HEAD, ["A-1", "Zoé", "zoe@quai.example"]])
        keys = self.env["ir.model.data"].search([("module", "=", MODULE)])
        self.assertEqual(len(keys), 1)
        self.partner("zoe@quai.example")._tierslieu_erase()
        self.assertFalse(keys.exists())

    def test_another_company_keeps_to_itself(self):
        company = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env, "ailleurs", groups="tierslieu_base.group_manager",
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )
        mine = self.begin("members", [HEAD, ["A-1", "Zoé", "zoe@quai.example"]])
        with self.assertRaises(AccessError):
            mine.with_user(stranger).action_check()
        self.bring_in("members", [HEAD, ["A-1", "Zoé", "zoe@quai.example"]])
        theirs = self.begin("members", [HEAD, ["A-1", "Max", "zoe@quai.example"]], user=stranger)
        theirs.action_import()
        self.assertEqual(self.counts(theirs), (1, 0, 0), "The same number and address of another place.")
        people = self.partner("zoe@quai.example")
        self.assertEqual(sorted(people.mapped("name")), ["Max", "Zoé"])
        self.assertEqual(len(people.company_id), 2)

    def test_problems_as_a_file(self):
        record = self.begin("members", [HEAD, ["", "Faux", "=HYPERLINK(1)"], ["", "-2+3", ""]])
        record.action_check()
        text = record._problems_csv().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), delimiter=";"))
        self.assertEqual(len(lines), 3)
        self.assertEqual(lines[1][2], "'=HYPERLINK(1)")
        self.assertFalse([cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))])

    def test_the_template_explains(self):
        content = self.env["tierslieu.import.members"]._template_xlsx()
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet, guide = book.worksheets
        self.assertEqual(sheet["B1"].value, "Name *")
        self.assertEqual(sheet["D2"].value, "01 99 00 12 34", "A phone number keeps its zero.")
        self.assertGreater(guide.max_row, 13)

    def test_growth(self):
        """What a line costs does not grow with the file."""
        def queries(number):
            rows = [HEAD] + [[f"{number}-{nth}", f"M {nth}", f"m{number}-{nth}@quai.example"] for nth in range(number)]
            record = self.begin("members", rows)
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            record.action_check()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        queries(2)
        few, many = queries(10), queries(40)
        self.assertLessEqual(many - few, 30 * 14, "At most 14 queries a line.")
