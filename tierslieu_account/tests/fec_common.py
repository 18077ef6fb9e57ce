import hashlib
import io
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase

from odoo.addons.tierslieu_account.kernels.fec_check import balance_of, check
from odoo.addons.tierslieu_account.kernels.fec_line import FIELDS

SIREN = "732829320"
SIRET = f"{SIREN}00074"
PROFIT, LOSS = "120", "129"


class FecCase(TransactionCase):
    """A company whose entries are posted at a moment that the test says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.writer = cls.env["tierslieu.fec.writer"]
        cls.company = cls.env.company
        cls.company.company_registry = SIRET
        cls.alix, cls.zoe = cls.env["res.partner"].create(
            [{"name": "Alix Dupont", "ref": "C0001"}, {"name": "Zoé Martin", "ref": False}]
        )
        cls.seller = cls.env["res.partner"].create({"name": "Fournil & Cie", "ref": "F0001"})
        cls.bank = cls.journal("bank")
        cls.sales = cls.journal("sale")
        cls.other = cls.journal("general")
        cls.twenty, cls.ten, cls.on_receipt = cls.tax(20), cls.tax(10), cls.tax(20, "on_payment")
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        for day, rate in (("2025-01-01", 1.10), ("2026-04-01", 1.25)):
            cls.env["res.currency.rate"].create(
                {"currency_id": cls.dollar.id, "company_id": cls.company.id, "name": day, "rate": rate}
            )

    @classmethod
    def journal(cls, kind):
        return cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", kind)], order="sequence, id", limit=1
        )

    @classmethod
    def tax(cls, amount, due="on_invoice"):
        """Return a tax on sales, added to prices, whether or not the chart has it active."""
        domain = [
            ("company_id", "=", cls.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", amount),
            ("tax_exigibility", "=", due), ("price_include", "=", False),
        ]  # fmt: skip
        tax = cls.env["account.tax"].with_context(active_test=False).search(domain, limit=1)
        assert tax, (amount, due)
        tax.active = True
        return tax

    @classmethod
    def account(cls, code):
        found = cls.env["account.account"].search(
            [*cls.env["account.account"]._check_company_domain(cls.company), ("code", "=", code)]
        )
        assert found, code
        return found

    @classmethod
    @contextmanager
    def at(cls, moment):
        """Do something at a moment: "2026-03-01 10:00", in UTC."""
        with patch("odoo.fields.Datetime.now", lambda: datetime.fromisoformat(moment)):
            yield

    @classmethod
    def post(cls, move, moment=None):
        with cls.at(moment or f"{move.date} 10:00"):
            move.action_post()
        return move

    @classmethod
    def invoice(cls, partner, day, lines, kind="out_invoice", moment=None, **vals):
        """Post an invoice of [(label, price, tax)]."""
        move = cls.env["account.move"].create({
            "move_type": kind, "partner_id": partner.id, "invoice_date": day, "date": day,
            "invoice_line_ids": [
                Command.create({"name": label, "price_unit": price, "tax_ids": [Command.set(tax.ids)]})
                for label, price, tax in lines
            ],
        } | vals)  # fmt: skip
        return cls.post(move, moment)

    @classmethod
    def entry(cls, day, lines, moment=None, **vals):
        """Post an entry of [(account code, label, balance)] or [(…, partner)]."""
        move = cls.env["account.move"].create({
            "move_type": "entry", "journal_id": cls.other.id, "date": day,
            "line_ids": [
                Command.create({
                    "account_id": cls.account(code).id, "name": label, "partner_id": partner and partner[0].id,
                    "debit": max(balance, 0), "credit": max(-balance, 0),
                })
                for code, label, balance, *partner in lines
            ],
        } | vals)  # fmt: skip
        return cls.post(move, moment)

    @classmethod
    def pay(cls, invoice, day, **vals):
        """Pay an invoice by the bank; return the entry."""
        with cls.at(f"{day} 11:00"):
            wizard = cls.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            payment = wizard.create({"payment_date": day, "journal_id": cls.bank.id} | vals)._create_payments()
        assert payment.move_id
        return payment.move_id

    def write(self, year=2026, first=None, last=None, company=None, **options):  # pylint: disable=method-required-super
        """Return (bytes, what `_write_file` says) of a year or of a period."""
        out = io.BytesIO()
        told = self.writer._write_file(
            out, company or self.company, first or date(year, 1, 1), last or date(year, 12, 31),
            **{"connections": 1} | options,
        )  # fmt: skip
        return out.getvalue(), told

    def rows(self, content, charset="iso-8859-15", delimiter="\t"):
        """Return the lines of a file as dicts, header left out."""
        lines = content.decode(charset).split("\r\n")
        self.assertEqual(lines[0], delimiter.join(FIELDS))
        return [dict(zip(FIELDS, line.split(delimiter), strict=True)) for line in lines[1:]]

    def rows_of(self, move, content=None):
        """Return the lines of an entry in the file of its year, or in one that is there."""
        rows = self.rows(content or self.write(move.date.year)[0])
        return [row for row in rows if row["EcritureNum"] == move.name]

    def assertRight(self, content, told, first, last, charset="ISO-8859-15"):
        """The checker finds nothing, the file is what was told, and its balance is that of the books."""
        self.assertEqual(
            list(check(
                io.BytesIO(content), name=self.writer._file_name(self.company, last), first=first, last=last,
                encoding=charset, totals={key: told[key] for key in ("rows", "debit", "credit")},
            )), [],
        )  # fmt: skip
        self.assertEqual(told["sha256"], hashlib.sha256(content).hexdigest())
        self.assertEqual(told["debit"], told["credit"])
        self.assertEqual(balance_of(io.BytesIO(content), charset), self.trial_balance(first, last))

    def trial_balance(self, first, last):
        """Return {account: (debit, credit)} from the lines, opening balances among the sums.

        Read by the ORM and added up here: it knows nothing of how the file is made.
        """
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted"), ("date", "<=", last)]
        )
        sums = defaultdict(lambda: [Decimal(0), Decimal(0)])
        before = defaultdict(Decimal)
        for line in lines:
            debit, credit = Decimal(f"{line.debit:.2f}"), Decimal(f"{line.credit:.2f}")
            if line.date >= first:
                sums[line.account_id.code][0] += debit
                sums[line.account_id.code][1] += credit
            elif line.account_id.internal_group in ("income", "expense"):
                before["result", None] += debit - credit
            else:
                third = line.account_id.account_type in ("asset_receivable", "liability_payable")
                before[line.account_id.code, third and line.partner_id.id] += debit - credit
        for (code, _third), balance in before.items():
            if code == "result":
                code = self.account("120000" if balance < 0 else "129000").code
            sums[code][balance < 0] += abs(balance)
        return {code: tuple(both) for code, both in sums.items() if any(both)}
