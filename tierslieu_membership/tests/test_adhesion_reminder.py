from contextlib import suppress

from freezegun import freeze_time

from odoo.tests import tagged

from .adhesion_common import AdhesionCase


class Killed(BaseException):
    """The process dies: nothing catches that."""


@tagged("post_install", "-at_install")
class TestAdhesionReminder(AdhesionCase):
    """Reminders of the end: before, and after, each once, whatever happens to the run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Adhesion.search([("tierslieu_scope", "!=", False)]).tierslieu_reminded = 3

    def run_on(self, day):
        with freeze_time(f"{day} 05:00:00"):
            self.env.flush_all()
            self.env.ref("tierslieu_membership.cron_adhesion_remind").method_direct_trigger()
            self.env.invalidate_all()
        return self.mails()

    def mails(self, partner=None):
        return self.env["mail.mail"].search(
            [("model", "=", "membership.membership_line"), ("recipient_ids", "in", (partner or self.alice).ids)],
            order="id",
        )

    def test_each_once(self):
        self.paid()
        counts = [
            len(self.run_on(day))
            for day in ("2027-11-30", "2027-12-01", "2027-12-02", "2027-12-23", "2027-12-24", "2027-12-31",
                        "2028-01-01", "2028-01-02", "2028-01-20", "2028-03-01")
        ]
        self.assertEqual(counts, [0, 1, 1, 1, 2, 2, 3, 3, 3, 3])
        first, _second, last = self.mails()
        self.assertIn("your adhesion ends on December 31, 2027", first.subject)
        self.assertIn("/my/membership", first.body_html)
        self.assertIn("20.00", first.body_html)
        self.assertIn("your adhesion ended on December 31, 2027", last.subject)
        self.assertIn("it still counts until", last.body_html)

    def test_not_who_has_renewed(self):
        self.paid()
        with freeze_time("2027-11-15 10:00:00"):
            self.paid()
        for day in ("2027-12-05", "2027-12-28", "2028-01-05"):
            self.assertFalse(self.run_on(day))

    def test_not_who_joined_this_month(self):
        with freeze_time("2027-12-10 10:00:00"):
            self.paid()
        self.assertFalse(self.run_on("2027-12-11"))
        self.assertEqual(len(self.run_on("2027-12-26")), 1)

    def test_not_who_has_not_paid_nor_whose_money_went_back(self):
        self.invoice()
        move = self.invoice(partner=self.bruno)
        self.pay(move)
        self.credit(move)
        self.run_on("2027-12-20")
        self.assertFalse(self.mails() | self.mails(self.bruno))

    def test_as_the_company_has_it(self):
        self.company.write(
            {"tierslieu_adhesion_first": 0, "tierslieu_adhesion_second": 3, "tierslieu_adhesion_after": False}
        )
        self.paid()
        counts = [len(self.run_on(day)) for day in ("2027-12-10", "2027-12-27", "2027-12-28", "2028-01-03")]
        self.assertEqual(counts, [0, 0, 1, 1])

    def test_one_that_fails_holds_nobody_back_and_none_is_sent_twice(self):
        self.paid()
        broken = self.paid(partner=self.bruno)
        good = type(self.Adhesion)._tierslieu_is_renewed

        def fail(line):
            if line == broken:
                raise ValueError("no")
            return good(line)

        self.patch(type(self.Adhesion), "_tierslieu_is_renewed", fail)
        with self.assertLogs("odoo.addons.tierslieu_base.models.batch", "ERROR"):
            self.run_on("2027-12-05")
        self.assertEqual((len(self.mails()), len(self.mails(self.bruno))), (1, 0))
        self.assertTrue(broken.activity_ids)
        self.patch(type(self.Adhesion), "_tierslieu_is_renewed", good)
        self.run_on("2027-12-05")
        self.assertEqual((len(self.mails()), len(self.mails(self.bruno))), (1, 1))
        self.assertFalse(broken.activity_ids)

    def test_killed_in_the_middle_then_run_again(self):
        people = self.env["res.partner"].create(
            [{"name": f"Membre {nth}", "email": f"m{nth}@lequai.example"} for nth in range(4)]
        )
        lines = self.Adhesion.union(*(self.paid(partner=person) for person in people))
        victim = lines.sorted("id")[2]
        real = type(self.Adhesion)._tierslieu_is_renewed

        def die(line):
            if line == victim:
                raise Killed()
            return real(line)

        self.patch(type(self.Adhesion), "_tierslieu_is_renewed", die)
        self.env.flush_all()
        with freeze_time("2027-12-05 05:00:00"), self.registry.cursor() as cr:
            # Not assertRaises: Odoo's undoes all that was done inside it.
            with suppress(Killed):
                self.Adhesion.with_env(self.env(cr=cr))._cron_tierslieu_remind()
            cr.rollback()
        self.env.invalidate_all()
        self.assertEqual(len(self.mails(people)), 2, "Those before it are told, and no other.")
        self.patch(type(self.Adhesion), "_tierslieu_is_renewed", real)
        self.run_on("2027-12-05")
        self.run_on("2027-12-05")
        self.assertEqual(len(self.mails(people)), 4)
        for person in people:
            self.assertEqual(len(self.mails(person)), 1, "Nobody is told twice.")

    def test_without_an_address_nothing_is_sent_and_the_run_goes_on(self):
        self.alice.email = False
        line = self.paid()
        self.run_on("2027-12-05")
        self.assertEqual(line.tierslieu_reminded, 1)

    def test_rendered_for_any_line(self):
        lines = self.paid() | self.invoice(partner=self.bruno, post=False).invoice_line_ids.membership_line_ids
        lines |= self.Adhesion.create(
            {"partner_id": self.bruno.id, "membership_id": self.civil.product_variant_id.id, "member_price": 0.0}
        )
        template = self.env.ref("tierslieu_membership.mail_template_adhesion_reminder")
        for name in ("subject", "body_html"):
            rendered = template._render_field(name, lines.ids)
            self.assertTrue(all(rendered[line.id] for line in lines))
