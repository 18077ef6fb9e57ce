from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, format_date, formatLang
from odoo.tools.misc import get_lang

# Of each kind, so many are listed by name; all are counted.
MOST = 1000


class Period(NamedTuple):
    """What is looked at: a company, its days, and how its file is written."""

    company: object
    first: object
    last: object
    charset: str = "ISO-8859-15"
    auxiliary: str = "ref"


class FecCheck(models.AbstractModel):
    """What is wrong with the entries of a period before they are written as an FEC.

    Each kind of fault is one query over the whole period: it counts all of them
    and names the first thousand. Nothing is written.
    """

    _name = "tierslieu.fec.check"
    _description = "Checks before an FEC"

    @api.model
    def _kinds(self):
        """Return the kinds of faults, the gravest first: [(key, title, advice, blocking)].

        Each has a method `_find_<key>(period)` that returns (count, rows): how
        many there are, and the first of them as dicts of `sentence` and, where
        there is one, `move_id`, `account_id` or `partner_id`. An official file
        waits for those that block.
        """
        _ = self.env._
        return [
            ("siren", _("No valid SIREN"), _("Enter the SIRET of the company: the file is named after it."), True),
            ("not_over", _("The period is not over"), _("Write the official file once its last day has passed."), True),
            ("unbalanced", _("Entries that do not balance"),
             _("Their debit is not their credit: put them back to draft, mend their lines, post them again."), True),
            ("no_number", _("Entries without a number or a date"),
             _("Put them back to draft and post them again: Odoo numbers them."), True),
            ("draft", _("Draft entries in the period"),
             _("Post them, delete them, or give them a date after the period: the official file leaves them out."),
             True),
            ("short_account", _("Accounts that do not begin with three digits"),
             _("Give them a number of the general chart of accounts."), True),
            ("no_label", _("Lines without a label"),
             _("Write one: otherwise the file says the reference, or the journal and the partner."), False),
            ("no_ref", _("Bills without the reference of the supplier"),
             _("Enter it: otherwise the file says our own number as the document."), False),
            ("no_partner", _("Third-party accounts without a partner"),
             _("Choose the partner of the line: otherwise the file has no auxiliary account there."), False),
            ("aux_twice", _("Partners with the same reference"),
             _("Give each its own: otherwise they are one auxiliary account in the file."), False),
            ("gap", _("Gaps in the numbers"),
             _("Find out why, and keep the explanation with the file: an inspector asks."), False),
            ("date_outside", _("Dates that do not agree with the period"),
             _("Look at the date of the entry and of its document."), False),
            ("result", _("Earlier result not allocated"),
             _("Enter what the assembly decided: the result goes to 120 or 129, then to reserves or carried forward."),
             False),
            ("no_validation", _("Entries without a date of validation"),
             _("They were posted before this was recorded: the file says the date of the entry in its place."),
             False),
            ("partial", _("Part of a fiscal year"), _("The tax office asks for a whole fiscal year."), False),
            ("charset", _("Characters that the file cannot hold"),
             _("Each is replaced in the file; UTF-8 keeps them."), False),
            ("delimiter", _("Tabs, bars or new lines within a text"), _("The file has a space in their place."), False),
            ("zero", _("Lines of zero"), _("The file leaves them out, as it has to."), False),
        ]

    @api.model
    def _findings(self, period):
        """Look for every kind of fault.

        :param period: Period
        :return: list of dicts of `key`, `title`, `advice`, `blocking`, `count` and `problems`, of all kinds; a kind
            of which there is none has a count of 0
        """
        self.env.flush_all()
        check = self.sudo().with_company(period.company)
        findings = []
        for key, title, advice, blocking in self._kinds():
            count, problems = getattr(check, f"_find_{key}")(period)
            findings.append(
                {"key": key, "title": title, "advice": advice, "blocking": blocking, "count": count,
                 "problems": problems}
            )
        return findings

    # -- What the queries share

    @api.model
    def _companies(self, company):
        """Return the ids of a company and of its branches: they have one SIREN and one FEC."""
        return tuple(self.env["res.company"].sudo().search([("id", "child_of", company.id)]).ids)

    def _posted(self, period, until=False):
        """Return the condition on a posted entry `m` of the period, or of all days until its end."""
        return SQL(
            "m.state = 'posted' AND m.company_id IN %s AND m.date <= %s AND %s",
            self._companies(period.company), period.last,
            SQL("TRUE") if until else SQL("m.date >= %s", period.first),
        )

    def _lines(self, period, until=False):
        """Return the FROM and WHERE of the lines `l` that a file holds or leaves out, of entries `m`."""
        return SQL(
            "account_move_line l JOIN account_move m ON m.id = l.move_id WHERE l.account_id IS NOT NULL AND %s",
            self._posted(period, until),
        )

    def _code(self, period, alias="a"):
        """Return the number of an account: a company and its branches share it."""
        return SQL("%s.code_store ->> %s", SQL.identifier(alias), str(period.company.root_id.id))

    def _said_in_french(self, column):
        """Return a translated column as the file says it."""
        return SQL("coalesce(%(name)s ->> 'fr_FR', %(name)s ->> 'en_US')", name=column)

    def _rows(self, query):
        """Run a query whose last column is `count(*) OVER ()`; return (count, the first rows without it)."""
        rows = self.env.execute_query(SQL("%s LIMIT %s", query, MOST))
        return (rows[0][-1] if rows else 0), [row[:-1] for row in rows]

    def _say_amount(self, period, amount):
        return formatLang(self.env, amount, currency_obj=period.company.currency_id)

    def _say_date(self, date):
        return format_date(self.env, date, lang_code=get_lang(self.env).code)
