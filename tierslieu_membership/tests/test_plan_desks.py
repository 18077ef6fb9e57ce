from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestDesks(PlanCase):
    """A desk subscribed to is gone from what nomads can book, for as long as they subscribe."""

    def rows(self, contract):
        return contract.tierslieu_occupancy_ids

    def free(self, day=10):
        return self.desks.free_count(self.at(day, 10), self.at(day, 11))

    def test_the_desk_is_claimed_without_end(self):
        before = self.free()
        contract = self.subscribe(self.resident, "2027-01-12")
        [row] = self.rows(contract)
        self.assertEqual((row.kind, row.state, row.stop, row.partner_id), ("assignment", "firm", False, self.alice))
        self.assertEqual(row.start, self.at(1, 0))
        self.assertEqual(self.free(), before - 1)
        self.assertIn(row.unit_id.name, contract.tierslieu_units)
        self.assertClean()

    def test_the_very_one(self):
        unit = self.desks.unit_ids[7]
        self.assertEqual(self.rows(self.subscribe(self.resident, unit=unit)).unit_id, unit)
        with self.assertRaisesRegex(UserError, "Alice Renaud"):
            self.subscribe(self.resident, partner=self.bruno, unit=unit)
        with self.assertRaisesRegex(UserError, "is not a unit of"):
            self.subscribe(self.resident, partner=self.bruno, unit=self.room.unit_ids)

    def test_floating_bookings_make_room(self):
        unit = self.desks.unit_ids[7]
        booking = self.reserve(self.desks, self.at(3, 10), 2, partner=self.bruno, unit=unit)
        booking.action_confirm()
        contract = self.subscribe(self.resident, unit=unit)
        self.assertEqual(self.rows(contract).unit_id, unit)
        self.assertNotEqual(booking.unit_ids, unit)
        self.assertEqual(booking.state, "confirmed")
        self.assertClean()

    def test_a_booking_that_cannot_move_is_named(self):
        self.reserve(self.room, self.at(3, 10), 2, partner=self.bruno).action_confirm()
        office = self.resident.copy({"name": "Bureau fermé", "space_id": self.room.id})
        with self.assertRaisesRegex(UserError, "Bruno Costa"):
            self.subscribe(office)
        self.assertFalse(self.Contract.search([("tierslieu_plan_id", "=", office.id)]))
        with self.assertRaises(UserError) as refused:
            office.with_user(self.member).sudo().subscribe(office, self.alice, "2027-01-11")
        self.assertNotIn("Bruno", str(refused.exception))

    def test_what_is_over_today_is_not_in_the_way(self):
        self.reserve(self.room, self.at(0, 9), 1, partner=self.bruno).action_confirm()
        office = self.resident.copy({"name": "Bureau fermé", "space_id": self.room.id})
        with self.on("2027-01-11"):
            contract = self.subscribe(office, "2027-01-11")
        self.assertTrue(contract.tierslieu_units)

    def test_full_is_full(self):
        for nth in range(20):
            self.subscribe(self.resident, partner=self.env["res.partner"].create({"name": f"Résidente {nth}"}))
        with self.assertRaisesRegex(UserError, "not free"):
            self.subscribe(self.resident, partner=self.bruno)
        with self.assertRaises(UserError):
            self.reserve(self.desks, self.at(3, 10))
        self.assertEqual(self.free(), 0)

    def test_the_end_frees_it_the_day_after(self):
        before = self.free()
        contract = self.subscribe(self.resident)
        contract.action_terminate("2027-01-20")
        self.assertEqual(self.free(9), before - 1)
        self.assertEqual(self.free(10), before)
        self.assertEqual(self.rows(contract).stop, self.at(10, 0))
        self.assertClean()

    def test_desk_and_locker(self):
        locker = self.desks.copy({"name": "Casier", "kind": "locker", "unit_count": 2})
        self.resident.also_space_ids = locker
        contract = self.subscribe(self.resident)
        self.assertEqual(len(self.rows(contract).unit_id.space_ids & (locker | self.desks)), 2)
        contract.action_terminate("2027-01-20")
        self.assertTrue(all(row.stop for row in self.rows(contract)))

    def test_change_of_desk_keeps_the_price(self):
        first, second = self.desks.unit_ids[2:4]
        contract = self.subscribe(self.resident, "2027-01-01", unit=first)
        self.bill()
        contract.action_change_unit(second, "2027-01-16")
        rows = self.rows(contract).sorted("start")
        self.assertEqual(rows.unit_id, first | second)
        self.assertEqual(rows[0].stop, rows[1].start)
        self.assertFalse(self.moves(contract, "out_refund"))
        with self.assertRaisesRegex(UserError, "They have"):
            contract.action_change_unit(second, "2027-01-17")
        with self.on("2027-02-01"):
            self.bill()
        self.assertEqual(self.totals(contract), [310.0, 310.0])
        self.assertClean()

    def test_what_is_had_as_a_whole_has_no_other_desk_to_give(self):
        self.desks.allocation = "all"
        contract = self.subscribe(self.resident, "2027-01-01")
        units = self.rows(contract).unit_id
        self.assertEqual(units, self.desks.unit_ids)
        with self.assertRaisesRegex(UserError, "as a whole"):
            contract.action_change_unit(units[1], "2027-01-16")
        self.assertFalse(any(self.rows(contract).mapped("stop")), "Nothing is let go.")

    def test_change_of_plan_frees_and_takes(self):
        contract = self.subscribe(self.resident)
        contract.action_change_plan(self.nomad, "2027-01-20")
        self.assertTrue(self.rows(contract).stop)
        contract.action_change_plan(self.resident, "2027-02-01")
        self.assertEqual(len(self.rows(contract)), 2)
        self.assertClean()

    def test_a_plan_with_the_same_space_keeps_the_desk(self):
        contract = self.subscribe(self.resident)
        dearer = self.resident.copy({"name": "Poste et plus"})
        unit = self.rows(contract).unit_id
        contract.action_change_plan(dearer, "2027-01-20")
        self.assertEqual(self.rows(contract).unit_id, unit)
        self.assertFalse(self.rows(contract).stop)

    def test_nobody_takes_it_by_the_planning(self):
        row = self.rows(self.subscribe(self.resident)).with_user(self.manager)
        for call in (row.action_end, row.unlink, lambda: row.write({"stop": self.at(5, 10)})):
            with self.assertRaisesRegex(UserError, "belongs to a subscription"):
                call()

    def test_a_fare_comes_with_the_plan(self):
        profile = self.env["tierslieu.profile"].create({"name": "Résidente"})
        self.nomad.profile_id = profile
        given = self.env["tierslieu.profile"].create({"name": "Amie"})
        self.alice.tierslieu_profile_id = given
        contract = self.subscribe(self.nomad, "2027-01-20")
        contract.action_terminate("2027-03-10")

        def fare(day):
            return self.alice.tierslieu_profile_on(day)

        self.assertEqual(fare(date(2027, 1, 19)), given)
        self.assertEqual(fare(date(2027, 1, 20)), profile)
        self.assertEqual(fare(date(2027, 3, 10)), profile)
        self.assertEqual(fare(date(2027, 3, 11)), given)
        worker = self.env["res.partner"].create({"name": "Salarié", "parent_id": self.bruno.id})
        self.bruno.is_company = True
        self.subscribe(self.nomad, "2027-01-20", partner=self.bruno)
        self.assertEqual(worker.tierslieu_profile_on(date(2027, 1, 21)), profile)

    def test_fares_of_many_people_in_as_many_queries_as_of_one(self):
        profile = self.env["tierslieu.profile"].create({"name": "Résidente"})
        self.nomad.profile_id = profile
        people = self.env["res.partner"].create([{"name": f"Nomade {nth}"} for nth in range(12)])
        for partner in people:
            self.subscribe(self.nomad, partner=partner)

        def queries(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = partners._tierslieu_profiles_on(date(2027, 1, 20))
            self.assertEqual(set(found.values()), {profile})
            return self.cr.sql_log_count - before

        queries(people)
        self.assertEqual(queries(people), queries(people[:1]))

    def test_dates_at_both_clock_changes(self):
        for day in (date(2027, 3, 28), date(2027, 10, 31)):
            contract = self.subscribe(self.resident, day, partner=self.bruno)
            [row] = self.rows(contract)
            self.assertEqual(self.place.to_local(row.start).date(), day)
            self.assertEqual(self.place.to_local(row.start).hour, 0)
            contract.action_terminate(day)
            self.assertEqual(self.place.to_local(row.stop).date(), day + timedelta(days=1))
            self.assertEqual(self.place.to_local(row.stop).hour, 0)
