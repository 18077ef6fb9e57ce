from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang


class Books(models.AbstractModel):
    """Accounts where money only passes: what is left on them is to be explained before a closing.

    Where all is matched, or all adds up to nothing, there is no question.
    """

    _inherit = "tierslieu.books"

    @api.model
    def _waiting_kinds(self):
        """Return what is asked of accounts where money waits: [(key, prefix, title, advice, blocking)]."""
        _ = self.env._
        return [
            ("suspense", "471", _("Lines left on 471, to be sorted"),
             _("Say what each is for, and move it to its account."), True),
            ("collection", "511", _("Cheques and payments that the bank has not shown yet"),
             _("Find the deposit on the statement, or ask what became of the cheque."), False),
            ("transfers", "580", _("Transfers between accounts that lack their other half"),
             _("Enter the other half: the money left one account and reached no other."), True),
        ]

    @api.model
    def _closing_checks(self, company, first, last):
        return [*super()._closing_checks(company, first, last), *self._waiting_checks(company, last)]

    @api.model
    def _waiting_checks(self, company, last):
        """Return one check for each kind of waiting account, with the balances in its advice."""
        kinds = self._waiting_kinds()
        accounts = self._waiting_accounts(company, [kind[1] for kind in kinds])
        lines = Domain("company_id", "=", company.id) & Domain("parent_state", "=", "posted") & Domain(
            "date", "<=", last
        ) & Domain("reconciled", "=", False)
        rows = self.env["account.move.line"]._read_group(
            lines & Domain("account_id", "in", [account.id for group in accounts.values() for account in group]),
            ["account_id"], ["balance:sum", "__count"],
        )
        found = {account.id: (balance, count) for account, balance, count in rows}
        checks = []
        for key, prefix, title, advice, blocking in kinds:
            left = [
                (account, *found[account.id]) for account in accounts[prefix]
                if account.id in found and not company.currency_id.is_zero(found[account.id][0])
            ]
            said = ", ".join(
                f"{account.code}\N{NO-BREAK SPACE}: {formatLang(self.env, balance, currency_obj=company.currency_id)}"
                for account, balance, _count in left
            )
            ids = [account.id for account, _balance, _count in left]
            checks.append(
                {
                    "key": key, "title": title, "blocking": blocking,
                    "count": sum(count for _account, _balance, count in left),
                    "advice": f"{advice} {said}" if said else advice,
                    "action": self._books_list(
                        title, "account.move.line", lines & Domain("account_id", "in", ids),
                        {"search_default_group_by_account": 1},
                    ),
                }
            )
        return checks

    @api.model
    def _waiting_accounts(self, company, prefixes):
        """Return {prefix: accounts of a company whose code begins with it}."""
        accounts = self.env["account.account"].with_company(company).search(
            Domain("company_ids", "in", company.ids)
            & Domain.OR(Domain("code", "=like", f"{prefix}%") for prefix in prefixes)
        )
        return {
            prefix: accounts.filtered(lambda account, start=prefix: (account.code or "").startswith(start))
            for prefix in prefixes
        }
