"""Where money comes in, and what the bank receives for many invoices: one entry, each invoice paid by its line."""

from odoo import Command, fields


def journal_of(env, kind):
    """Return the journal of the company that is of a kind: "bank" or "cash"."""
    return env["account.journal"].search([("type", "=", kind), ("company_id", "=", env.company.id)], limit=1)


def receive(env, invoices):
    """Note today, in the journal of the bank, what pays what is left of invoices."""
    due = invoices.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable" and line.amount_residual
    )
    if not due:
        return
    journal = journal_of(env, "bank")
    entry = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": fields.Date.context_today(env["account.move"]),
            "ref": "Prélèvements et virements reçus",
            "line_ids": [
                Command.create(
                    {
                        "name": "Prélèvements et virements reçus",
                        "account_id": journal.default_account_id.id,
                        "balance": sum(due.mapped("amount_residual")),
                    }
                ),
                *(
                    Command.create(
                        {
                            "name": line.move_id.name,
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "balance": -line.amount_residual,
                        }
                    )
                    for line in due
                ),
            ],
        }
    )
    entry.action_post()
    # In the order in which they were written, which their ids have.
    received = entry.line_ids.sorted("id")[1:]
    env["account.move.line"]._reconcile_plan(
        [line | other for line, other in zip(due, received, strict=True)]
    )
