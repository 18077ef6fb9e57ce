from odoo import models


class BankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def action_tierslieu_open_entry(self):
        """Open the entry of a bank line, where its account is said: Community has no other screen for it."""
        self.ensure_one()
        self.check_access("read")
        return self.move_id._get_records_action()
