from datetime import timedelta

from odoo import fields

from ..event_month import CALLED_OFF, SHOWS


class EventsOfLeQuai:
    """What Le Quai shows of events: a month of twenty, one full, free prices, one called off, members' ideas."""

    def test_a_month_of_events(self):
        with self.committed() as env:
            events = env["event.event"].search([])
            self.assertEqual(len(events), len(SHOWS))
            self.assertEqual(set(events.mapped("is_published")), {True})
            soon = fields.Datetime.now() + timedelta(days=45)
            self.assertTrue(all(event.date_begin < soon for event in events))
            self.assertTrue(all(event.tierslieu_space_ids for event in events))
            place = env.ref("le_quai.place")
            for event in events:
                start, stop = place.to_local(event.date_begin), place.to_local(event.date_end)
                self.assertTrue(start.weekday() < 6 and start.hour >= 8 and stop.hour <= 23, event.name)
                self.assertLessEqual(event.seats_max, sum(event.tierslieu_space_ids.mapped("seats")), event.name)
            self.assertGreaterEqual(len(events.registration_ids.filtered(lambda seat: seat.state == "open")), 120)

    def test_one_is_full_and_others_at_a_free_price(self):
        with self.committed() as env:
            place = env.ref("le_quai.place").with_context(lang="fr_FR")
            now = fields.Datetime.now()
            rows = {one["title"]: one for one in place._programme(now, now + timedelta(days=60))}
            self.assertEqual({one["title"] for one in rows.values() if one.get("word") == "Complet"},
                             {"Table ouverte : un dîner, vingt voisins"})
            self.assertGreaterEqual(len([one for one in rows.values() if one.get("price_kind") == "open"]), 3)
            self.assertGreaterEqual(len(place._programme_themes()), 5)

    def test_one_was_called_off_and_everyone_told(self):
        with self.committed() as env:
            event = env["event.event"].search([("name", "=", CALLED_OFF)])
            self.assertTrue(event.tierslieu_called_off_at)
            self.assertEqual((event.tierslieu_to_settle, set(event.registration_ids.mapped("state"))), (0, {"cancel"}))
            self.assertFalse(event.tierslieu_occupancy_ids.filtered(lambda row: row.state != "released"))

    def test_what_members_propose(self):
        with self.committed() as env:
            states = env["tierslieu.event.proposal"].search([]).mapped("state")
            self.assertEqual(sorted(states), ["proposed", "proposed", "refused"])
