from odoo import api, models

from ..kernels.books_mentions import MENTIONS
from ..kernels.books_plan import wanted


class BooksLook(models.AbstractModel):
    """The mentions that the invoices of a company carry."""

    _inherit = "tierslieu.books.look"

    @api.model
    def _look_mentions(self, company, form, regime, due):
        """Find what is said of each kind; days on which something is said already keep it.

        A company that left a regime keeps the mention of its invoices of before: end it by hand.
        """
        return [self._look_mention(company, row) for row in wanted(MENTIONS, form, regime, due)]

    @api.model
    def _look_mention(self, company, row):
        _ = self.env._
        text, why = self._say(row.text), self._say(row.why)
        mentions = self.env["tierslieu.books.mention"].search(
            [("company_id", "=", company.id), ("kind", "=", row.kind)]
        )
        there = mentions.filtered(lambda mention: mention._covers(row.first, row.last))
        if not there:
            return self._finding(
                "mention", text, "create", why, source=row.source,
                make=lambda: self._make_mention(company, row),
            )
        same = there.filtered(lambda mention: mention.text == text)
        if same:
            return self._finding("mention", text, "there", why, source=row.source)
        return self._finding(
            "mention", text, "differs", why,
            _("On these days invoices say: “%(said)s”. It is left so.", said=there[:1].text), source=row.source,
        )

    @api.model
    def _make_mention(self, company, row):
        mention = self.env["tierslieu.books.mention"].create(
            {
                "company_id": company.id, "kind": row.kind, "text": row.text._source,
                "date_from": row.first, "date_to": row.last,
            }
        )
        self._write_words(mention, "text", row.text)
