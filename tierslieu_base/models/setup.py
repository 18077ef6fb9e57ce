from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import insert_once, lock_rows
from .setup_answers import Answers

END = "end"


class Setup(models.Model):
    """The assistant that opens a place: one question after the other, each of which can wait.

    A step is a row of `_steps` and three methods named after its key:
    `_page_<key>` says what is asked and what is known, `_apply_<key>` writes
    the answers, all of them or none, and `_is_there_<key>` tells whether it is
    settled already, by hand or by an import. Addons add theirs.

    Managers run it, for the companies they work for: what they settle here is
    written with the rights of the system, since it spans companies, accounts
    and websites.
    """

    _name = "tierslieu.setup"
    _description = "Set-up of a place"
    _order = "id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    place_id = fields.Many2one(
        "tierslieu.place", ondelete="cascade", help="Empty until the first step that needs it."
    )
    step_ids = fields.One2many("tierslieu.setup.step", "setup_id")
    touched = fields.Datetime(help="When something was last settled: two at once come one by one.")

    _place_once = models.UniqueIndex("(place_id)", "A place is set up once.")
    _company_once = models.UniqueIndex(
        "(company_id) WHERE place_id IS NULL", "A company sets up one new place at a time."
    )

    @api.depends("place_id.name", "company_id.name")
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = setup.place_id.name or setup.company_id.name

    # -- The steps

    @api.model
    def _steps(self):
        """Return the steps: dicts of `key`, `sequence`, `name` and `icon`."""
        _ = self.env._
        return [
            {"key": "who", "sequence": 10, "name": _("Who we are"), "icon": "fa-home"},
            {"key": "hours", "sequence": 20, "name": _("Opening hours"), "icon": "fa-clock-o"},
            {"key": "spaces", "sequence": 30, "name": _("Spaces"), "icon": "fa-th-large"},
        ]

    def _ordered(self):
        return sorted(self._steps(), key=lambda step: step["sequence"])

    def _state(self, key):
        """Return where a step stands: done, skipped, or to do."""
        step = self._step(key)
        if step.state == "done" or getattr(self, f"_is_there_{key}")():
            return "done"
        return step.state or "todo"

    def _step(self, key):
        return self.step_ids.filtered(lambda step: step.key == key)

    def _record(self, key, **values):
        """Note what became of a step."""
        values["user_id"] = self.env.uid
        step = self._step(key)
        if step:
            step.write(values)
        else:
            self.step_ids = [fields.Command.create({"key": key, **values})]

    def _next(self, key=None):
        """Return the key of the next step to do, those after this one first."""
        keys = [step["key"] for step in self._ordered()]
        at = keys.index(key) + 1 if key in keys else 0
        return next((one for one in keys[at:] + keys[:at] if self._state(one) == "todo"), END)

    # -- What the screen calls

    @api.model
    def _require_manager(self):
        if not self.env.user.has_group("tierslieu_base.group_manager"):
            raise AccessError(self.env._("Only a manager sets a place up."))

    def _checked(self, key=None):
        """Return this set-up with the rights it needs, once it is known to be theirs to run."""
        self._require_manager()
        setup = self.exists()
        if len(setup) != 1:
            raise UserError(self.env._("This record no longer exists."))
        setup.check_access("read")
        if setup.company_id not in self.env.companies:
            raise AccessError(self.env._("This place is not one of yours."))
        if key is not None and key not in [step["key"] for step in self._steps()]:
            raise UserError(self.env._("This record no longer exists."))
        return setup.sudo().with_company(setup.company_id)

    @api.model
    def open(self, setup_id=None):
        """Return the screen of a set-up at its next step; see `_screen`.

        :param setup_id: None: the one of this company that is not finished
        """
        self._require_manager()
        if setup_id:
            setup = self.browse(setup_id)._checked()
        else:
            setup = self._current()._checked()
        return setup._screen(setup._next())

    @api.model
    def another(self):
        """Begin another place of the company, and return its screen."""
        self._require_manager()
        setup = self._begin()._checked()
        return setup._screen(setup._next())

    def page(self, key):
        """Return the screen of a step, or of the end."""
        setup = self._checked(None if key == END else key)
        return setup._screen(key)

    def keep(self, key, values):
        """Keep what was typed on a page that is left: coming back finds it again."""
        setup = self._checked(key)
        setup._record(key, draft=Answers(self.env, values).as_draft())
        return True

    def skip(self, key, values=None):
        """Pass a step for now: nothing is written but what was typed; return the next screen."""
        setup = self._checked(key)
        step = setup._step(key)
        draft = Answers(self.env, values).as_draft() or step.draft
        setup._record(key, draft=draft, state="done" if step.state == "done" else "skipped")
        return setup._screen(setup._next(key))

    def apply(self, key, values):
        """Write the answers of a step, all of them or none; return the next screen."""
        setup = self._checked(key)
        # A second click waits here, then starts again on what the first one wrote.
        lock_rows(setup)
        setup.touched = fields.Datetime.now()
        with self.env.cr.savepoint():
            getattr(setup, f"_apply_{key}")(Answers(setup.env, values))
            setup._record(key, state="done", draft=False)
        return setup._screen(setup._next(key))

    # -- What the screen shows

    def _screen(self, key):
        """Return what the screen shows.

        :return: dict: `id`, `name`, `setups` ([{id, name}]), `steps` ([{key, name,
            icon, state}], in order), `done` and `total`, `key`, `page`: for a step
            `title`, `intro`, `fields`, `values` and `notes`; for the end see `_end`
        """
        steps = [
            {**step, "state": self._state(step["key"])} for step in self._ordered()
        ]
        mine = self.search([("company_id", "in", self.env.companies.ids)])
        return {
            "id": self.id,
            "name": self.display_name,
            "setups": [{"id": one.id, "name": one.display_name} for one in mine],
            "steps": steps,
            "done": sum(step["state"] == "done" for step in steps),
            "total": len(steps),
            "key": key,
            "page": self._end() if key == END else self._page(key),
        }

    def _page(self, key):
        page = {"intro": "", "notes": [], **getattr(self, f"_page_{key}")()}
        draft = self._step(key).draft or {}
        for field in page["fields"]:
            name = field["name"]
            if name in draft:
                value = draft[name]
                is_table = field["kind"] == "table"
                page["values"][name] = self._merge(page["values"][name], value) if is_table else value
        return page

    def _merge(self, rows, draft):
        """Return the rows that are there now, with what was typed in them, and those that were added."""
        draft = draft if isinstance(draft, list) else []
        typed = {row["key"]: row for row in draft if isinstance(row, dict) and isinstance(row.get("key"), str)}
        merged = []
        for row in rows:
            change = typed.pop(row["key"], {})
            # What is there by now is there, whatever was ticked before.
            merged.append(row | change | ({"ticked": True, "locked": True} if row.get("locked") else {}))
        return merged + [row for key, row in typed.items() if "-" in key]

    def _end(self):
        """Return the last page: `title`, `intro` and `links`, dicts of `label`, `icon` and `url` or `action`."""
        return {
            "title": self.env._("Your place is ready"),
            "intro": self.env._("What waits stays on the left. All of it is found again in the configuration."),
            "links": [],
        }

    @api.model
    def _field(self, name, kind, label, **more):
        """Return one question of a page.

        :param kind: text, email, tel, number, textarea, select, cards, toggle, image, week, table
        :param more: `help`, `options` ([{key, label, help}]), `columns`, `when` ({field:
            [values that show it]}), `suffix`, `width` ("half", "third")
        """
        return {"name": name, "kind": kind, "label": label, **more}

    # -- Which place

    @api.model
    def _current(self):
        """Return the set-up of this company that is under way, or its last one; made when there is none."""
        setups = self.sudo().search([("company_id", "=", self.env.company.id)])
        setups = setups.filtered(lambda setup: not setup.place_id or setup.place_id.active)
        unfinished = setups.filtered(lambda setup: setup.with_company(setup.company_id)._next() != END)
        return (unfinished[:1] or setups[-1:] or self._begin()).with_env(self.env)

    @api.model
    def _begin(self):
        """Make the set-up of a place of this company that has none, or of a new one."""
        company = self.env.company
        setups = self.sudo().search([("company_id", "=", company.id)])
        place = self.env["tierslieu.place"].sudo().search(
            [("company_id", "=", company.id), ("id", "not in", setups.place_id.ids)], limit=1
        )
        new = setups.filtered(lambda setup: not setup.place_id)
        if place and not new:
            return self.sudo().create({"company_id": company.id, "place_id": place.id})
        if not new:
            insert_once(self.sudo(), {"company_id": company.id})
            new = self.sudo().search([("company_id", "=", company.id), ("place_id", "=", False)])
        return new

    def _ensure_place(self, name=None):
        """Return the place of this set-up, opened with the usual hours when it is not there yet."""
        if not self.place_id:
            self.place_id = self.env["tierslieu.place"].create(
                {
                    "name": name or self.company_id.name,
                    "company_id": self.company_id.id,
                    "tz": self.env.user.tz or "Europe/Paris",
                }
            )
        return self.place_id
