from datetime import date, timedelta

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proof_common import TODAY, ProofCase, create_profile_data


@tagged("post_install", "-at_install")
class TestProfileOn(ProofCase):
    """Which fare someone has on a date."""

    def on(self, partner, day=TODAY):
        return partner.tierslieu_profile_on(day)

    def test_everybody_has_the_default(self):
        self.assertEqual(self.on(self.alix), self.full)
        self.assertEqual(self.on(self.visitor.partner_id), self.full)
        self.assertEqual(self.on(self.env["res.partner"]), self.full)

    def test_no_default_is_no_profile(self):
        self.full.is_default = False
        self.assertFalse(self.on(self.alix))

    def test_a_proof_holds_on_its_days_both_ends_included(self):
        self.accepted(self.alix, self.student, date(2027, 1, 11), date(2027, 1, 31))
        for day, profile in (
            (date(2027, 1, 10), self.full),
            (date(2027, 1, 11), self.student),
            (date(2027, 1, 31), self.student),
            (date(2027, 2, 1), self.full),
        ):
            with self.subTest(day=day):
                self.assertEqual(self.on(self.alix, day), profile)
                self.assertEqual(self.on(self.alix, str(day)), profile)
        self.assertEqual(self.on(self.noe), self.full)

    def test_only_an_accepted_proof_counts(self):
        proof = self.accepted(self.alix, self.student, TODAY, date(2027, 6, 30))
        for state in ("pending", "withdrawn"):
            proof.state = state
            self.assertEqual(self.on(self.alix), self.full)
        proof.write({"state": "refused", "refusal_reason": "Out of date."})
        self.assertEqual(self.on(self.alix), self.full)

    def test_several_proofs_the_first_profile_wins(self):
        self.accepted(self.alix, self.seeker, TODAY, date(2027, 6, 30))
        self.accepted(self.alix, self.student, TODAY, date(2027, 1, 31))
        self.assertEqual(self.on(self.alix), self.student)
        self.assertEqual(self.on(self.alix, date(2027, 2, 1)), self.seeker)
        self.student.sequence = 99
        self.assertEqual(self.on(self.alix), self.seeker)

    def test_the_team_gives_a_profile_without_a_proof(self):
        self.alix.tierslieu_profile_id = self.association
        self.assertEqual(self.on(self.alix), self.association)
        self.accepted(self.alix, self.seeker, TODAY, date(2027, 6, 30))
        self.assertEqual(self.on(self.alix), self.seeker, "A proof comes before what was given.")

    def test_people_of_an_organisation_have_its_fare(self):
        club = self.env["res.partner"].create({"name": "Les Amis du canal", "is_company": True})
        self.alix.parent_id = club
        club.tierslieu_profile_id = self.association
        self.assertEqual(self.on(self.alix), self.association)
        # Proofs are one person's own.
        self.accepted(club, self.seeker, TODAY, date(2027, 6, 30))
        self.assertEqual(self.on(self.alix), self.association)
        self.assertEqual(self.on(club), self.seeker)

    def test_ones_own_gift_comes_before_the_organisations(self):
        club = self.env["res.partner"].create({"name": "Les Amis du canal", "is_company": True})
        self.alix.parent_id = club
        volunteer = self.association.copy({"name": "Volunteer"})
        club.tierslieu_profile_id = self.association
        self.alix.tierslieu_profile_id = volunteer
        self.assertEqual(self.on(self.alix), volunteer)

    def test_a_plan_comes_first(self):
        self.accepted(self.alix, self.student, TODAY, date(2027, 6, 30))
        Partner = type(self.env["res.partner"])
        self.patch(
            Partner, "_tierslieu_plan_profile_on",
            lambda partners, day: {self.alix.id: self.association},
        )
        self.assertEqual(self.on(self.alix), self.association)
        self.assertEqual(self.on(self.noe), self.full)

    def test_an_archived_profile_is_nobodys(self):
        self.accepted(self.alix, self.student, TODAY, date(2027, 6, 30))
        self.noe.tierslieu_profile_id = self.association
        (self.student | self.association).active = False
        self.assertEqual(self.on(self.alix), self.full)
        self.assertEqual(self.on(self.noe), self.full)

    def test_each_company_has_its_fares(self):
        grange = self.env["res.company"].create({"name": "La Grange"})
        there = create_profile_data(self.env, grange)
        self.accepted(self.alix, there["seeker"], TODAY, date(2027, 6, 30))
        self.noe.tierslieu_profile_id = self.association
        self.assertEqual(self.on(self.alix), self.full)
        self.assertEqual(self.on(self.alix.with_company(grange)), there["seeker"])
        self.assertEqual(self.on(self.noe.with_company(grange)), there["full"])

    def test_who_may_ask(self):
        self.accepted(self.alix, self.student, TODAY, date(2027, 6, 30))
        for user in (self.member, self.host, self.manager):
            self.assertEqual(self.on(self.alix.with_user(user)).id, self.student.id)
        with self.assertRaises(AccessError):
            self.on(self.alix.with_user(self.other_member))

    def test_queries_do_not_grow_with_people(self):
        club = self.env["res.partner"].create({"name": "Les Amis du canal", "is_company": True})
        club.tierslieu_profile_id = self.association

        def people(number):
            partners = self.env["res.partner"].create(
                [{"name": f"Person {nth}", "parent_id": nth % 3 == 0 and club.id}
                 for nth in range(number)]
            )
            for partner in partners[::4]:
                self.accepted(partner, self.student, TODAY, TODAY + timedelta(days=90))
            self.env.flush_all()
            self.env.invalidate_all()
            return partners

        def queries(partners):
            self.env.user.has_group("base.group_user")
            before = self.env.cr.sql_log_count
            profiles = partners._tierslieu_profiles_on(TODAY)
            self.assertEqual(len(profiles), len(partners))
            return self.env.cr.sql_log_count - before

        few, many = people(8), people(120)
        queries(few)
        self.env.invalidate_all()
        spent = queries(few)
        self.env.invalidate_all()
        self.assertEqual(queries(many), spent)
        self.assertLessEqual(spent, 6)


@tagged("post_install", "-at_install")
class TestProfileRules(ProofCase):
    """What a manager can and cannot make of a fare."""

    def test_one_default_replaces_the_other(self):
        self.association.with_user(self.manager).is_default = True
        self.assertFalse(self.full.is_default)
        new = self.env["tierslieu.profile"].with_user(self.manager).create(
            {"name": "Solidarity", "is_default": True}
        )
        self.assertFalse(self.association.is_default)
        self.assertEqual(self.env["tierslieu.profile"]._default_of(self.env.company), new)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_default(self):
        self.env.flush_all()
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE tierslieu_profile SET is_default = TRUE WHERE id = %s", [self.association.id]
            )

    @mute_logger("odoo.sql_db")
    def test_the_default_stays_open(self):
        for values in ({"active": False}, {"needs_proof": True}):
            with (
                self.subTest(values),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.full.write(values)
                self.env.flush_all()
            self.env.invalidate_all()

    def test_a_fare_that_asks_for_a_proof_is_given_with_one(self):
        with self.assertRaises(ValidationError):
            self.alix.tierslieu_profile_id = self.student
        grange = self.env["res.company"].create({"name": "La Grange"})
        there = create_profile_data(self.env, grange)
        with self.assertRaises(ValidationError):
            self.alix.tierslieu_profile_id = there["association"]
        self.alix.with_company(grange).tierslieu_profile_id = there["association"]

    def test_asking_for_a_proof_while_people_have_it_without(self):
        self.alix.tierslieu_profile_id = self.association
        with self.assertRaisesRegex(ValidationError, "1 people"):
            self.association.needs_proof = True
        self.alix.tierslieu_profile_id = False
        self.association.needs_proof = True

    def test_a_profile_with_proofs_stays_in_its_company(self):
        self.send()
        grange = self.env["res.company"].create({"name": "La Grange"})
        with self.assertRaises(ValidationError):
            self.student.company_id = grange
        self.association.company_id = grange

    def test_nobody_gets_a_reduced_pricelist_by_chance(self):
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "product.group_product_pricelist"
        )
        self.env["product.pricelist"].search([]).active = False
        lists = self.env["product.pricelist"].create(
            [{"name": name, "sequence": nth} for nth, name in enumerate(("Reduced", "Old", "Full"))]
        )
        reduced, old, full = lists
        self.student.pricelist_id, self.seeker.pricelist_id = reduced, old
        self.seeker.active = False
        self.assertEqual(self.alix.property_product_pricelist, full)
        full.active = False
        self.alix.invalidate_recordset()
        self.assertFalse(self.alix.property_product_pricelist)
        full.active, self.full.pricelist_id = True, full
        self.alix.invalidate_recordset()
        self.assertEqual(self.alix.property_product_pricelist, full)
        # What the team chose for someone stays their choice.
        self.noe.property_product_pricelist = reduced
        self.assertEqual(self.noe.property_product_pricelist, reduced)

    def test_who_sees_and_sets_the_fare_of_a_person(self):
        self.assertIn("tierslieu_profile_id", self.alix.with_user(self.host).fields_get())
        for user in (self.member, self.employee):
            with self.assertRaises(AccessError):
                self.alix.with_user(user).read(["tierslieu_profile_id"])
            with self.assertRaises(AccessError):
                self.alix.with_user(user).write({"tierslieu_profile_id": self.association.id})

    def test_the_fare_of_today_on_the_form_of_a_person(self):
        today = self.env.company._tierslieu_today()
        self.assertEqual(self.alix.tierslieu_fare_today, "Full price")
        self.accepted(self.alix, self.student, today, date(2099, 6, 30))
        self.alix.invalidate_recordset()
        self.assertEqual(self.alix.tierslieu_fare_today, "Student until 30 June 2099")

    def test_who_may_do_what(self):
        Profile = self.env["tierslieu.profile"]
        for user, allowed in (
            (self.manager, {"read", "write", "create", "unlink"}),
            (self.host, {"read"}),
            (self.employee, {"read"}),
            (self.member, set()),
            (self.visitor, set()),
        ):
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertEqual(
                        Profile.with_user(user).has_access(operation), operation in allowed
                    )

    def test_each_company_sees_its_own(self):
        grange = self.env["res.company"].create({"name": "La Grange"})
        there = create_profile_data(self.env, grange)
        seen = self.env["tierslieu.profile"].with_user(self.manager).search([])
        self.assertFalse(seen & there["student"])
        with self.assertRaises(AccessError):
            there["student"].with_user(self.manager).check_access("write")
