"""Years of hundreds of thousands of lines: PostgreSQL copies an invoice and its payment that the models made."""

from odoo import Command

UNIT = 5  # lines of an invoice (3) and of its payment (2)


def fill(env, lines, year=2030):
    """Add about so many posted lines to a year of the company: invoices paid ten days later, lettered.

    :return: how many lines the year then has
    """
    invoice, payment = _pattern(env, year)
    units = lines // UNIT - 1
    env.flush_all()
    # What foreign keys and triggers would check is right by construction.
    env.cr.execute("SET LOCAL session_replication_role = replica")
    full = invoice.line_ids.full_reconcile_id
    env.cr.execute(
        "CREATE TEMP TABLE fec_unit ON COMMIT DROP AS SELECT n, nextval('account_full_reconcile_id_seq') AS full_id,"
        " nextval('account_move_id_seq') AS first_id, nextval('account_move_id_seq') AS second_id"
        " FROM generate_series(1, %s) n",
        [units],
    )
    _copy(env, "account_full_reconcile", full.id, id="u.full_id")
    for move, new, days in ((invoice, "u.first_id", 0), (payment, "u.second_id", 10)):
        number = f"({move.sequence_number} + u.n)"
        name = f"'{move.sequence_prefix}' || lpad({number}::text, greatest(5, length({number}::text)), '0')"
        day = f"'{year}-01-01'::date + (u.n %% 350)::int + {days}"
        _copy(
            env, "account_move", move.id, id=new, date=day, sequence_number=number, name=name,
            invoice_date=day if move == invoice else "NULL",
            tierslieu_validated_on=f"{day} + INTERVAL '1 hour' * (u.n %% 24)",
        )  # fmt: skip
        for line in move.line_ids:
            _copy(
                env, "account_move_line", line.id, id="nextval('account_move_line_id_seq')", move_id=new,
                date=day, move_name=name,
                full_reconcile_id="u.full_id" if line.full_reconcile_id else "NULL",
                matching_number="u.full_id::text" if line.full_reconcile_id else "NULL",
            )  # fmt: skip
    env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
    env.cr.execute("ANALYZE account_move, account_move_line, account_full_reconcile")
    env.invalidate_all()
    return (units + 1) * UNIT


def _pattern(env, year):
    """Return an invoice and its payment, lettered with one another."""
    company = env.company
    partner = env["res.partner"].create({"name": "Zoé Martin", "ref": "C0042"})
    journals = {
        kind: env["account.journal"].search([("company_id", "=", company.id), ("type", "=", kind)], limit=1)
        for kind in ("sale", "general")
    }
    tax = env["account.tax"].search(
        [("company_id", "=", company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 20),
         ("tax_exigibility", "=", "on_invoice"), ("price_include", "=", False)], limit=1,
    )  # fmt: skip
    invoice = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": f"{year}-01-01",
        "journal_id": journals["sale"].id,
        "invoice_line_ids": [Command.create({
            "name": "Abonnement coworking, 2 écrans", "price_unit": 100, "tax_ids": [Command.set(tax.ids)],
        })],
    })  # fmt: skip
    invoice.action_post()
    due = invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
    bank = env["account.account"].search(
        [*env["account.account"]._check_company_domain(company), ("code", "=", "512001")], limit=1
    )
    payment = env["account.move"].create({
        "journal_id": journals["general"].id, "date": f"{year}-01-11", "ref": "Virement",
        "line_ids": [
            Command.create({"account_id": bank.id, "name": "Virement Zoé", "debit": 120}),
            Command.create({
                "account_id": due.account_id.id, "partner_id": partner.id, "name": "Virement Zoé", "credit": 120,
            }),
        ],
    })  # fmt: skip
    payment.action_post()
    (due | payment.line_ids.filtered(lambda line: line.account_id == due.account_id)).reconcile()
    assert len(invoice.line_ids) == 3 and invoice.line_ids.full_reconcile_id
    return invoice, payment


def _copy(env, table, row_id, **changes):
    """Insert a copy of a row for each unit, with some columns as SQL says."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    columns = [name for (name,) in env.cr.fetchall()]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changes.get(name, f'o."{name}"') for name in columns)
    env.cr.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" o, fec_unit u WHERE o.id = %s'
        " ORDER BY u.n",
        [row_id],
    )
