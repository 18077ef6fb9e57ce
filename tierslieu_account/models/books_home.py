import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, json_default
from odoo.tools.misc import format_datetime, formatLang


class BooksHome(models.Model):
    """Where an accountant begins: what is new, what is wrong, what to export. One for each user and company.

    Only when they came last is kept. What is listed is asked each time that it
    is read: what was mended is in order as soon as one comes back.
    """

    _name = "tierslieu.books.home"
    _description = "Home of the books"
    _rec_name = "company_id"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    company_name = fields.Char(related="company_id.name", string="Name of the company")
    seen_at = fields.Datetime(string="Last visit", readonly=True)
    said = fields.Char(compute="_compute_said")
    summary = fields.Char(compute="_compute_said")
    in_order = fields.Char(compute="_compute_said", string="In order")
    has_blocking = fields.Boolean(compute="_compute_said")
    content = fields.Json(compute="_compute_content", help="What each line says: {kind: {key: what it says}}.")
    line_ids = fields.One2many("tierslieu.books.home.line", "home_id", readonly=True)
    new_ids = fields.One2many(
        "tierslieu.books.home.line", "home_id", domain=[("kind", "=", "new")], readonly=True
    )
    blocking_ids = fields.One2many(
        "tierslieu.books.home.line", "home_id", domain=[("kind", "=", "blocking")], readonly=True
    )
    look_ids = fields.One2many(
        "tierslieu.books.home.line", "home_id", domain=[("kind", "=", "look")], readonly=True
    )
    export_ids = fields.One2many(
        "tierslieu.books.home.line", "home_id", domain=[("kind", "=", "export")], readonly=True
    )

    _once = models.UniqueIndex("(user_id, company_id)", "Each has one home of the books in each company.")

    @api.depends_context("lang", "uid")
    def _compute_content(self):
        for home in self:
            content = {
                "new": home._news(), **home._wrong(),
                "export": {row["key"]: row for row in home.env["tierslieu.books"]._exports(home.company_id)},
            }
            home.content = json.loads(json.dumps(content, default=json_default))

    @api.depends("content", "seen_at")
    @api.depends_context("lang", "tz")
    def _compute_said(self):
        _ = self.env._
        for home in self:
            blocking = [row for row in home.content["blocking"].values() if row["count"]]
            look = [row for row in home.content["look"].values() if row["count"]]
            fine = [
                row["title"] for kind in ("blocking", "look") for row in home.content[kind].values()
                if not row["count"]
            ]
            home.said = (
                _("Since your visit of %(when)s", when=format_datetime(home.env, home.seen_at, dt_format="short"))
                if home.seen_at else _("This is your first visit: everything is new.")
            )
            home.has_blocking = bool(blocking)
            if blocking:
                home.summary = _("%(count)s points stand in the way of the closing.", count=len(blocking))
                if len(blocking) == 1:
                    home.summary = _("One point stands in the way of the closing.")
            elif look:
                home.summary = _("Nothing stands in the way of the closing; some points are worth a look.")
            else:
                home.summary = _("All is in order.")
            home.in_order = " · ".join(fine)

    # -- What it says

    def _news_domain(self):
        """Return the domain of the entries posted, or changed by others, since the last visit."""
        self.ensure_one()
        posted = Domain("company_id", "=", self.company_id.id) & Domain("state", "=", "posted")
        if not self.seen_at:
            return posted
        return posted & Domain("write_date", ">", self.seen_at) & Domain("write_uid", "!=", self.user_id.id)

    def _news(self):
        """Return {id of a journal: what is new in it}."""
        self.ensure_one()
        _ = self.env._
        moves, domain = self.env["account.move"], self._news_domain()
        rows = moves._read_group(domain, ["journal_id"], ["__count", "amount_total_signed:sum"])
        changed = {}
        if self.seen_at:
            known = domain & Domain("create_date", "<=", self.seen_at)
            changed = dict(moves._read_group(known, ["journal_id"], ["__count"]))
        news = {}
        for journal, count, amount in rows:
            old = changed.get(journal, 0)
            news[str(journal.id)] = {
                "key": str(journal.id), "title": journal.name, "count": count,
                "amount": formatLang(self.env, amount, currency_obj=self.company_id.currency_id),
                "advice": _("%(count)s of them were there and have changed", count=old) if old else "",
                "action": self.env["tierslieu.books"]._books_list(
                    journal.name, "account.move", domain & Domain("journal_id", "=", journal.id),
                    {"create": False},
                ),
            }
        return news

    def _wrong(self):
        """Return {"blocking" or "look": {key: a check of `_closing_checks`}}."""
        self.ensure_one()
        books = self.env["tierslieu.books"]
        checks = books._closing_checks(self.company_id, *books._books_period(self.company_id))
        wrong = {"blocking": {}, "look": {}}
        for check in checks:
            wrong["blocking" if check["blocking"] else "look"][check["key"]] = check
        return wrong

    # -- Opened and seen

    @api.model
    def action_open_home(self):
        """Open the home of who asks, in the company they work in."""
        self.check_access("read")
        homes = self.sudo()
        where = [("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)]
        home = homes.search(where) or homes.create({"user_id": self.env.uid, "company_id": self.env.company.id})
        home = home.with_env(self.env)
        home._bring_lines()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Home of the books"), "res_model": self._name,
            "res_id": home.id, "view_mode": "form", "views": [(False, "form")], "target": "main",
        }

    def _bring_lines(self):
        """Keep one line for each thing that there is something to say about, in their order."""
        self.ensure_one()
        wanted = []
        for kind in ("new", "blocking", "look", "export"):
            wanted += [(kind, key) for key, row in self.content[kind].items() if row.get("count", 1)]
        lines = self.sudo().line_ids
        there = {(line.kind, line.key): line for line in lines}
        (lines - lines.browse([there[pair].id for pair in wanted if pair in there])).unlink()
        lines.create(
            [
                {"home_id": self.id, "kind": kind, "key": key, "sequence": place}
                for place, (kind, key) in enumerate(wanted) if (kind, key) not in there
            ]
        )

    def action_seen(self):
        """Keep that all of it has been seen now."""
        self.check_access("read")
        self.sudo().write({"seen_at": fields.Datetime.now()})
        self.invalidate_recordset(["content"])
        self._bring_lines()
        return True

    def action_look_again(self):
        """Ask everything again."""
        self.check_access("read")
        self.invalidate_recordset(["content"])
        self._bring_lines()
        return True


class Books(models.AbstractModel):
    _inherit = "tierslieu.books"

    @api.model
    def _exports(self, company):
        """Return what is to be exported or prepared next: dicts of `key`, `title`, `advice`, `action`."""
        _ = self.env._
        running = company.sudo().compute_fiscalyear_dates(company._tierslieu_today())
        last = fields.Date.subtract(running["date_from"], days=1)
        year = company.sudo().compute_fiscalyear_dates(last)
        period = _(
            "From %(first)s to %(last)s",
            first=format_date(self.env, year["date_from"]), last=format_date(self.env, year["date_to"]),
        )
        offers = [
            ("fec", _("FEC of the last fiscal year"), "tierslieu.fec.export", "action_fec_export"),
            ("deferred", _("Deferred income at the closing"), "tierslieu.deferred.income", "action_deferred_income"),
        ]
        actions = self.env["ir.actions.act_window"]
        return [
            {
                "key": key, "title": title, "advice": period,
                "action": actions._for_xml_id(f"tierslieu_account.{name}"),
            }
            for key, title, model, name in offers
            if self.env[model].has_access("read")
        ]
