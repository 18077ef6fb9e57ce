import base64
import doctest

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..kernels import french
from .common import TierslieuCase

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SIRET = "12345678200010"


class SetupCase(TierslieuCase):
    """A company that has nothing yet, and its manager at the assistant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time("2027-01-11 07:00")
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.company = cls.env["res.company"].create(
            {"name": "La Grange", "country_id": cls.env.ref("base.fr").id,
             "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.manager.company_ids |= cls.company
        cls.host.company_ids |= cls.company

    def setUp(self):
        super().setUp()
        self.assistant = self.as_user(self.manager)
        self.screen = self.assistant.open()
        self.setup = self.assistant.browse(self.screen["id"])

    def as_user(self, user):
        """Return the assistant as somebody calls it, in the company without anything."""
        return self.env["tierslieu.setup"].with_user(user).with_context(
            allowed_company_ids=self.company.ids, lang="en_US"
        )

    def answers(self, key, **changes):
        """Return what the page proposes, with some answers changed."""
        return self.setup.page(key)["page"]["values"] | changes

    def who(self, **changes):
        return self.answers(
            "who",
            **{
                "name": "La Grange", "legal_form": "scic_sarl", "siret": "123 456 782 00010",
                "rcs": "Nantes", "street": "2 rue des Prés", "zip": "44000", "city": "Nantes",
                "email": "bonjour@lagrange.example", "phone": "01 99 00 00 02",
            } | changes,
        )

    def state(self, key):
        return {step["key"]: step["state"] for step in self.setup.page(key)["steps"]}[key]

    def place(self):
        return self.env["tierslieu.place"].search([("company_id", "=", self.company.id)])

    def refused(self, key, values):
        """Return the one sentence by which answers are refused; nothing may be written."""
        before = self.written()
        with self.assertRaises(UserError) as refusal, self.cr.savepoint():
            self.setup.apply(key, values)
        self.env.invalidate_all()
        self.assertEqual(self.written(), before)
        sentence = str(refusal.exception)
        self.assertNotIn("\n", sentence)
        return sentence

    def written(self):
        """Return what a step could have half done."""
        places = self.place()
        return (
            self.company.read(["name", "email", "company_registry", "report_footer"]),
            places.read(["name", "people_max"]),
            sorted(places.attendance_ids.ids), sorted(places.closed_day_ids.ids),
            sorted(places.space_ids.mapped("name")), sorted(places.unit_ids.ids),
            self.env["tierslieu.amenity"].search_count([]),
            self.setup.sudo().step_ids.mapped("state"),
        )


@tagged("post_install", "-at_install")
class TestSetup(SetupCase):
    """What holds for the assistant as a whole."""

    def test_numbers_of_france(self):
        found = doctest.testmod(french)
        self.assertEqual(found.failed, 0)
        self.assertGreater(found.attempted, 8)

    def test_begins_with_who_we_are(self):
        self.assertEqual(self.screen["key"], "who")
        self.assertEqual(
            [step["key"] for step in self.screen["steps"]][:3], ["who", "hours", "spaces"]
        )
        self.assertEqual({step["state"] for step in self.screen["steps"]}, {"todo"})

    def test_managers_run_it_and_nobody_else(self):
        for user in (self.host, self.employee, self.member, self.visitor):
            assistant = self.as_user(user)
            calls = [
                lambda its=assistant: its.open(),
                lambda its=assistant: its.another(),
                *(
                    lambda its=assistant, name=name: getattr(its.browse(self.setup.id), name)("who", {})
                    for name in ("apply", "skip", "keep")
                ),
                lambda its=assistant: its.browse(self.setup.id).page("who"),
            ]
            for nth, call in enumerate(calls):
                with self.subTest(user=user.login, call=nth), self.assertRaises(AccessError):
                    call()

    def test_nobody_writes_its_rows(self):
        for model in ("tierslieu.setup", "tierslieu.setup.step"):
            for user in (self.manager, self.host, self.employee, self.member, self.visitor):
                for operation in ("write", "create", "unlink"):
                    with self.subTest(model=model, user=user.login, operation=operation):
                        self.assertFalse(self.env[model].with_user(user).has_access(operation))
                self.assertEqual(
                    self.env[model].with_user(user).has_access("read"), user == self.manager
                )

    def test_of_another_company(self):
        """A manager of one company neither sees nor runs the set-up of another."""
        stranger = self.env["tierslieu.setup"].with_user(self.manager).with_context(
            allowed_company_ids=self.env.company.ids
        )
        for method in ("apply", "skip", "keep"):
            with self.assertRaises(AccessError):
                getattr(stranger.browse(self.setup.id), method)("who", {})
        with self.assertRaises(AccessError):
            stranger.open(self.setup.id)
        self.assertNotIn(self.setup.id, [one["id"] for one in stranger.open()["setups"]])

    def test_ids_and_steps_that_do_not_exist(self):
        gone = self.assistant.browse(2**31 - 1)
        for call in (
            lambda: gone.page("who"), lambda: gone.apply("who", {}),
            lambda: self.assistant.open(2**31 - 1),
            lambda: self.setup.apply("../who", {}), lambda: self.setup.page("__class__"),
            lambda: self.setup.skip("end"), lambda: self.setup.keep("nothing", {}),
        ):
            with self.assertRaises(UserError):
                call()

    def test_answers_that_are_no_answers(self):
        """Whatever a script sends is refused by a sentence."""
        for values in (None, [], "who", {"name": ["x"]}, {"name": {}}, {"legal_form": 3},
                       {"week": "always"}, {"week": [1] * 7}, {"week": [[["a", "b"]]] * 7},
                       {"spaces": [1]}, {"spaces": [{"key": 3}]}, {"spaces": {"key": "nomad"}},
                       {"spaces": [{"key": "nomad-1; drop", "ticked": True}]}):
            for key in ("who", "hours", "spaces"):
                with self.subTest(key=key, values=values):
                    self.refused(key, values)

    def test_each_step_is_skipped_and_found_again(self):
        keys = [step["key"] for step in self.screen["steps"]]
        for nth, key in enumerate(keys):
            screen = self.setup.skip(key, {})
            self.assertEqual(screen["key"], [*keys, "end"][nth + 1])
            self.assertEqual(self.state(key), "skipped")
        self.assertFalse(self.place())
        self.assertEqual(self.assistant.open()["key"], "end")
        for key in keys:
            self.assertEqual(self.setup.page(key)["key"], key)
        self.setup.apply("who", self.who())
        self.assertEqual(self.state("who"), "done")
        self.setup.skip("who", {})
        self.assertEqual(self.state("who"), "done")

    def test_what_was_typed_is_kept(self):
        """Going back, passing a step, leaving for a day: the words are there."""
        self.setup.keep("who", {"name": "La Grange aux Belles", "made_up": 1})
        page = self.setup.page("who")["page"]
        self.assertEqual(page["values"]["name"], "La Grange aux Belles")
        self.assertNotIn("made_up", page["values"])
        self.assertEqual(self.company.name, "La Grange")
        self.setup.skip("who", {"name": "La Grange rouge"})
        self.assertEqual(self.setup.page("who")["page"]["values"]["name"], "La Grange rouge")
        self.setup.apply("who", self.who())
        self.assertEqual(self.setup.page("who")["page"]["values"]["name"], "La Grange")

    def test_a_draft_that_is_too_large_is_dropped(self):
        self.setup.keep("who", {"name": "x" * 9_500_000})
        self.assertEqual(self.setup.page("who")["page"]["values"]["name"], "La Grange")

    def test_second_place(self):
        self.setup.apply("who", self.who())
        self.setup.apply("hours", self.answers("hours", name="La Grange"))
        screen = self.assistant.another()
        self.assertNotEqual(screen["id"], self.setup.id)
        self.assertEqual(screen["key"], "hours")
        self.assertEqual(self.assistant.another()["id"], screen["id"])
        first = self.place()
        self.setup = self.assistant.browse(screen["id"])
        asked = [field["name"] for field in screen["page"]["fields"]]
        self.assertIn("street", asked)
        self.setup.apply(
            "hours", self.answers("hours", name="La Remise", street="9 rue du Puits", city="Rezé")
        )
        second = self.place() - first
        self.assertEqual(second.partner_id.street, "9 rue du Puits")
        self.assertEqual(first.partner_id, self.company.partner_id)
        self.assertNotEqual(second.resource_calendar_id, first.resource_calendar_id)

    def test_a_place_that_was_there(self):
        """Who opened a place by hand finds it in the assistant, with its steps done."""
        place = self.env["tierslieu.place"].create(
            {"name": "Le Quai", "company_id": self.company.id, "tz": "Europe/Paris"}
        )
        self.setup.sudo().unlink()
        screen = self.assistant.open()
        self.assertEqual(screen["name"], "Le Quai")
        states = {step["key"]: step["state"] for step in screen["steps"]}
        self.assertEqual((states["hours"], states["spaces"]), ("done", "todo"))
        self.assertEqual(self.assistant.browse(screen["id"]).place_id, place)


@tagged("post_install", "-at_install")
class TestSetupWho(SetupCase):
    """First step: the company."""

    def test_writes_the_company_and_its_mentions(self):
        screen = self.setup.apply("who", self.who(logo=PIXEL))
        self.assertEqual(screen["key"], "hours")
        self.assertEqual(self.company.company_registry, SIRET)
        self.assertEqual(self.company.email, "bonjour@lagrange.example")
        self.assertFalse(self.company.uses_default_logo)
        foot = self.company.report_footer
        for words in ("SCIC SARL with variable capital", "2 rue des Prés", f"SIRET {SIRET}",
                      "RCS Nantes 123 456 782"):
            self.assertIn(words, foot)

    def test_capital_where_it_is_due(self):
        self.setup.apply("who", self.who(legal_form="sarl", capital="12 000"))
        self.assertEqual(self.company.tierslieu_capital, 12000)
        self.assertIn("SARL with a capital of", self.company.report_footer)
        self.setup.apply("who", self.who(legal_form="association"))
        self.assertFalse(self.company.tierslieu_capital or self.company.tierslieu_rcs)
        self.assertNotIn("capital", self.company.report_footer)

    def test_a_foot_written_by_hand_stays(self):
        self.company.report_footer = "<p>Ours</p>"
        self.setup.apply("who", self.who())
        self.assertEqual(self.company.report_footer, "<p>Ours</p>")

    def test_refusals(self):
        for changes, words in (
            ({"siret": "123 456 782 00011"}, "SIRET is not right"),
            ({"siret": "123"}, "14 digits: this one has 3"),
            ({"siret": "ABC45678200010"}, "nothing but digits"),
            ({"email": "lagrange"}, "not an e-mail address"),
            ({"email": ""}, "E-mail is missing"),
            ({"name": "  "}, "Name is missing"),
            ({"legal_form": "gang"}, "cannot be read"),
            ({"legal_form": ""}, "choose one"),
            ({"legal_form": "sas", "capital": "-3"}, "goes from 0"),
            ({"legal_form": "sas", "capital": "nan"}, "cannot be read"),
            ({"country": 2**31 - 1}, "cannot be read"),
            ({"country": True}, "cannot be read"),
            ({"logo": "not base 64"}, "cannot be read"),
            ({"name": "x" * 201}, "200 characters"),
            ({"name": self.env.company.name}, "is another company here"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("who", self.who(**changes)))

    def test_a_picture_that_is_none(self):
        self.refused("who", self.who(logo=base64.b64encode(b"no picture").decode()))


@tagged("post_install", "-at_install")
class TestSetupHours(SetupCase):
    """Second step: the week and the closed days."""

    def test_opens_the_place(self):
        week = [[[9, 12.5], [14, 18]], [], [[9, 22]], [[9, 18]], [[8.5, 18]], [[10, 17]], []]
        screen = self.setup.apply(
            "hours", self.answers("hours", name="La Grange", week=week, people_max="120")
        )
        self.assertEqual(screen["key"], "spaces")
        place = self.place()
        self.assertEqual((place.name, place.people_max), ("La Grange", 120))
        self.assertEqual(self.setup.page("hours")["page"]["values"]["week"], week)
        opened = place.open_intervals(*place.day_bounds(place.now_local().date()))
        self.assertEqual(
            [tuple(place.to_local(moment).hour for moment in stretch) for stretch in opened],
            [(9, 12), (14, 18)],
        )

    def test_public_holidays(self):
        self.setup.apply("hours", self.answers("hours", holidays=True))
        place = self.place()
        closed = place.closed_day_ids
        days = set(closed.mapped(lambda leave: str(leave.tierslieu_first_day)))
        self.assertTrue({"2027-03-29", "2027-05-06", "2027-05-17", "2027-12-25", "2028-01-01"} <= days)
        self.assertEqual(len(days), len(closed))
        self.assertFalse(place.open_intervals(*place.day_bounds(closed[0].tierslieu_first_day)))
        self.setup.apply("hours", self.answers("hours", holidays=True))
        self.assertEqual(place.closed_day_ids, closed)
        self.setup.apply("hours", self.answers("hours", holidays=False))
        self.assertFalse(place.closed_day_ids)

    def test_twice_is_once(self):
        for _time in range(2):
            self.setup.apply("hours", self.answers("hours"))
        place = self.place()
        self.assertEqual(len(place), 1)
        self.assertEqual(len(place.attendance_ids), 5)

    def test_presets_are_weeks(self):
        field = next(one for one in self.setup.page("hours")["page"]["fields"] if one["name"] == "week")
        for preset in field["presets"]:
            self.setup.apply("hours", self.answers("hours", week=preset["week"]))
            self.assertEqual(self.setup.page("hours")["page"]["values"]["week"], preset["week"])

    def test_refusals(self):
        def monday(*stretches):
            return [list(stretches), *([] for _day in range(6))]

        for changes, words in (
            ({"week": monday([18, 9])}, "Monday: it closes before it opens"),
            ({"week": monday([9, 9])}, "Monday: it closes before it opens"),
            ({"week": monday([9, 13], [12, 18])}, "Monday: two openings overlap"),
            ({"week": monday([9, 25])}, "Monday goes from 0 to 24"),
            ({"week": [[]] * 7}, "one day of the week at least"),
            ({"week": [[]] * 6}, "cannot be read"),
            ({"week": monday(*([9, 10],) * 5)}, "cannot be read"),
            ({"name": ""}, "Name of the place is missing"),
            ({"people_max": "-1"}, "goes from 0"),
            ({"people_max": "1.5"}, "cannot be read"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("hours", self.answers("hours", **changes)))


@tagged("post_install", "-at_install")
class TestSetupSpaces(SetupCase):
    """Third step: spaces from ready-made kinds."""

    def rows(self, *ticked, **changes):
        """Return the answers of the page with these kinds ticked, and a row changed by its key."""
        answers = self.answers("spaces")
        for row in answers["spaces"]:
            row["ticked"] = row["key"] in ticked or row["locked"]
            row.update(changes.get(row["key"], {}))
        return answers

    def spaces(self):
        return {space.setup_key: space for space in self.place().space_ids}

    def test_makes_what_is_ticked(self):
        self.setup.apply(
            "spaces", self.rows("nomad", "meeting", "locker", nomad={"unit_count": "20"})
        )
        made = self.spaces()
        self.assertEqual(set(made), {"nomad", "meeting", "locker"})
        self.assertEqual((made["nomad"].unit_count, made["nomad"].allocation), (20, "any"))
        self.assertEqual(made["nomad"].unit_ids[0].name, "Desk 1")
        self.assertEqual((made["meeting"].seats, made["meeting"].allocation), (12, "all"))
        self.assertIn("Big screen", made["meeting"].amenity_ids.mapped("name"))
        self.assertFalse(made["locker"].is_bookable)

    def test_every_kind(self):
        kinds = [row["key"] for row in self.answers("spaces")["spaces"]]
        self.assertGreaterEqual(len(kinds), 9)
        self.setup.apply("spaces", self.rows(*kinds))
        self.assertEqual(set(self.spaces()), set(kinds))
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def test_twice_is_once(self):
        for _time in range(2):
            self.setup.apply("spaces", self.rows("nomad", "meeting"))
        self.assertEqual(len(self.place()), 1)
        self.assertEqual(len(self.place().space_ids), 2)
        self.assertEqual(len(self.place().unit_ids), 13)
        names = self.env["tierslieu.amenity"].search([]).mapped("name")
        self.assertEqual(len(names), len(set(names)))

    def test_the_same_answers_sent_again(self):
        """A double click sends what the page knew before the first one."""
        answers = self.rows("nomad")
        for _time in range(2):
            self.setup.apply("spaces", answers)
        self.assertEqual(len(self.place().unit_ids), 12)

    def test_changed_later(self):
        self.setup.apply("spaces", self.rows("nomad", "meeting"))
        meeting = self.spaces()["meeting"]
        self.setup.apply(
            "spaces",
            self.rows("lounge", nomad={"unit_count": 15},
                      meeting={"name": "Salle du haut", "unit_count": 2}),
        )
        self.assertEqual(self.spaces()["nomad"].unit_count, 15)
        self.assertEqual((meeting.name, meeting.allocation, meeting.unit_count), ("Salle du haut", "any", 2))
        self.assertIn("lounge", self.spaces())

    def test_a_second_room_of_a_kind(self):
        answers = self.rows("meeting")
        room = next(row for row in answers["spaces"] if row["key"] == "meeting")
        answers["spaces"].append({**room, "key": "meeting-2", "name": "Petite salle"})
        self.setup.apply("spaces", answers)
        self.assertEqual(self.spaces()["meeting-2"].name, "Petite salle")
        self.assertIn("meeting-2", [row["key"] for row in self.answers("spaces")["spaces"]])

    def test_spaces_made_by_hand_stay(self):
        self.setup.apply("hours", self.answers("hours"))
        self.env["tierslieu.space"].create({"name": "Le four", "place_id": self.place().id})
        page = self.setup.page("spaces")["page"]
        self.assertIn("Le four", page["notes"][0])
        self.assertFalse(any(row["ticked"] for row in page["values"]["spaces"]))
        self.setup.apply("spaces", page["values"])
        self.assertEqual(self.place().space_ids.mapped("name"), ["Le four"])

    def test_refusals(self):
        for changes, words in (
            ({"nomad": {"unit_count": 0}}, "Coworking, how many goes from 1"),
            ({"nomad": {"unit_count": ""}}, "Coworking, how many is missing"),
            ({"nomad": {"unit_count": "twelve"}}, "cannot be read"),
            ({"nomad": {"unit_count": 501}}, "goes from 1 to 500"),
            ({"nomad": {"seats": -1}}, "Coworking, people goes from 0"),
            ({"nomad": {"name": ""}}, "Name of the space is missing"),
            ({"nomad": {"name": "meeting ROOM"}}, "Two spaces are called"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("spaces", self.rows("nomad", "meeting", **changes)))
        self.assertIn("Tick one space", self.refused("spaces", self.rows()))

    def test_broken_off_half_way(self):
        """What fails at the last space leaves nothing of the first ones, nor a place."""
        model = type(self.env["tierslieu.space"])
        make, made, sentence = model.create, [], "The power went off."

        def fail(spaces, vals_list):
            made.append(vals_list)
            if len(made) == 3:
                raise UserError(sentence)
            return make(spaces, vals_list)

        self.patch(model, "create", fail)
        self.assertEqual(self.refused("spaces", self.rows("nomad", "meeting", "lounge")), sentence)
        self.assertEqual(len(made), 3)
        self.assertFalse(self.place())
        self.assertEqual(self.state("spaces"), "todo")
