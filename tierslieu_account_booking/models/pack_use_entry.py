from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieu_account.kernels.deferral import money

LIVE = ("draft", "posted")


class AccountMove(models.Model):
    _inherit = "account.move"

    tierslieu_pack_day = fields.Date(
        string="Uses of packs until", readonly=True, copy=False, index="btree_not_null",
        help="This entry books what the packs of several purposes were used for until that day.",
    )
    tierslieu_pack_detail = fields.Json(
        readonly=True, copy=False, help="What it books of each sale: amounts in the smallest unit of the currency."
    )


class PackUse(models.AbstractModel):
    """The draft entry of the uses of packs of several purposes: made again as long as it is a draft, once posted never.

    D the account where the money waits, VAT in it; C income, and C the VAT of what was used, by its rate.
    """

    _inherit = "tierslieu.pack.use"

    @api.model
    def _prepare(self, company, day):
        """Bring the draft of a day to the uses that no other entry books; return it, or an empty recordset.

        :raises UserError: in one sentence: a lock date, an account or a journal that lacks
        """
        company.ensure_one()
        books = self.sudo().with_company(company)
        return books._write_draft(company, day, books._missing(company, day))

    @api.model
    def _entries(self, company, states=LIVE):
        return self.env["account.move"].search(
            [("company_id", "=", company.id), ("tierslieu_pack_day", "!=", False), ("state", "in", states)], order="id"
        )

    @api.model
    def _booked(self, entries):
        """Return {sale: {(account, tax ids): [cents without VAT, cents of VAT]}} of entries."""
        booked = {}
        for entry in entries:
            for lot, waiting, account, taxes, bare, vat in entry.tierslieu_pack_detail or ():
                sums = booked.setdefault((lot, waiting), {}).setdefault((account, tuple(taxes)), [0, 0])
                sums[0] += bare
                sums[1] += vat
        return booked

    @api.model
    def _missing(self, company, day, states=LIVE):
        """Return what `_wanted` says and entries of other drafts, or posted ones, do not: a list of their details.

        :param states: of the entries that count
        """
        others = self._entries(company, states).filtered(
            lambda move: move.tierslieu_pack_day <= day and (move.state == "posted" or move.tierslieu_pack_day < day)
        )
        booked, wanted, missing = self._booked(others), self._wanted(company, day), []
        for sale in sorted(booked | wanted):
            there, due = booked.get(sale, {}), wanted.get(sale, {})
            for key in sorted(there | due):
                bare, vat = (
                    after - before for after, before in zip(due.get(key, (0, 0)), there.get(key, (0, 0)), strict=True)
                )
                if bare or vat:
                    missing.append([*sale, key[0], list(key[1]), bare, vat])
        return missing

    @api.model
    def _write_draft(self, company, day, missing):
        drafts = self._entries(company, ("draft",)).filtered(lambda move: move.tierslieu_pack_day == day)
        journal = company._tierslieu_deferral_journal()
        same = drafts.filtered(lambda move: move.tierslieu_pack_detail == missing and move.journal_id == journal)[:1]
        stale = drafts - same if missing else drafts
        # One that had a number keeps it, cancelled.
        numbered = stale.filtered("posted_before")
        numbered.button_cancel()
        (stale - numbered).unlink()
        if not missing or same:
            return same if missing else same.browse()
        company._tierslieu_require_open(day, journal)
        return self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "journal_id": journal.id,
                "date": day,
                "ref": self.env._("Uses of packs until %(day)s", day=format_date(self.env, day)),
                "tierslieu_pack_day": day,
                "tierslieu_pack_detail": missing,
                "line_ids": [Command.create(values) for values in self._entry_lines(company, missing)],
            }
        )

    @api.model
    def _entry_lines(self, company, missing):
        """Return the values of the lines: one for the money of each sale, one for each income and rate, their VAT."""
        sales, income = {}, {}
        for lot, waiting, account, taxes, bare, vat in missing:
            sales[lot, waiting] = sales.get((lot, waiting), 0) + bare + vat
            sums = income.setdefault((account, tuple(taxes)), [0, 0])
            sums[0] += bare
            sums[1] += vat
        lines = []
        for (lot_id, waiting), cents in sales.items():
            lot = self.env["tierslieu.credit.lot"].browse(lot_id)
            said = ", ".join(filter(None, (lot.name, lot.type_id.name, lot.partner_id.name)))
            lines.append(self._line(company, waiting, cents, said) | {"partner_id": lot.partner_id.id})
        for (account, taxes), (bare, vat) in income.items():
            lines += self._income_lines_of(company, account, taxes, bare, vat)
        return [line for line in lines if line["balance"] or line.get("tax_ids")]

    @api.model
    def _line(self, company, account, cents, label):
        return {
            "account_id": account, "name": label, "balance": money(cents, company.currency_id.decimal_places),
            "display_type": "product",
        }

    @api.model
    def _income_lines_of(self, company, account, taxes, bare, vat):
        """Return the lines of an income and of its VAT, with what the return of the VAT reads on them."""
        records = self.env["account.tax"].browse(taxes)
        if not records:
            over = self.env._("Packs of several purposes: over, or without VAT")
            return [self._line(company, account, -bare, over)]
        digits, total = company.currency_id.decimal_places, money(bare + vat, company.currency_id.decimal_places)
        # Whether or not it is due on payment: the money came with the sale.
        found = records.with_context(force_price_include=True).compute_all(
            total, company.currency_id, include_caba_tags=True
        )
        names = ", ".join(records.mapped("name"))
        lines = [
            self._line(company, account, -bare, self.env._("Uses of packs: %(tax)s", tax=names))
            | {"tax_ids": [Command.set(records.ids)], "tax_tag_ids": [Command.set(found["base_tags"])]}
        ]
        left = vat
        for nth, tax in enumerate(found["taxes"], 1):
            # Each sale was rounded apart: the last of them takes the rest.
            part = left if nth == len(found["taxes"]) else round(tax["amount"] * 10**digits)
            left -= part
            lines.append(
                self._line(company, tax["account_id"] or account, -part, tax["name"])
                | {
                    "display_type": "tax",
                    "tax_repartition_line_id": tax["tax_repartition_line_id"],
                    "tax_tag_ids": [Command.set(tax["tag_ids"])],
                    "tax_base_amount": money(bare, digits),
                }
            )
        return lines
