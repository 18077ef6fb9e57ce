"""What a FEC holds, in SQL: one text column a line, made by PostgreSQL from first field to last.

Whatever is the same for many lines (the head of an entry, an account, a third party, a letter) is put
together once, in a CTE. Fields are joined by the separator; nothing is quoted, a FEC knows no quotes.
"""

from dataclasses import dataclass
from datetime import date

from odoo.tools import SQL

from .account_move_validated import HOUR
from .fec_text import cleaned, told

THIRD_PARTY = ("asset_receivable", "liability_payable")
OPENING = "OUVERTURE/%s"
MOST_TOLD = 1000


@dataclass(frozen=True)
class Wanted:
    """What a file is to hold."""

    company_ids: tuple
    root_id: int
    first: date
    last: date
    year_first: date
    charset: str
    delimiter: str
    auxiliary: str
    tz: str

    def clean(self, text):
        return cleaned(text, self.charset)

    def join(self, *texts):
        """Return SQL of texts with the separator between them."""
        parts = [texts[0]]
        for text in texts[1:]:
            parts += [SQL("%s", self.delimiter), text]
        return SQL(" || ").join(parts)


def day(moment):
    """Return SQL of a date as AAAAMMJJ."""
    return SQL("to_char(%s, 'YYYYMMDD')", moment)


def amount(number):
    """Return SQL of an amount of the company's currency: two decimals after a comma."""
    return SQL("replace(%s::numeric(20, 2)::text, '.', ',')", number)


def french(name):
    """Return SQL of a translated name in French, in English where there is no French."""
    return SQL("COALESCE(NULLIF(%(name)s->>'fr_FR', ''), %(name)s->>'en_US', '')", name=name)


# -- What many lines share


def accounts(wanted):
    """Return SQL of the accounts: id, code, text (number and name).

    third: whether third parties have accounts of it; of_the_year: whether it starts from nothing each year.
    """
    code = SQL("COALESCE(a.code_store->>%s, '')", str(wanted.root_id))
    return SQL(
        "SELECT a.id, %(code)s AS code, %(text)s AS text, a.account_type IN %(third)s AS third,"
        " split_part(a.account_type, '_', 1) IN ('income', 'expense') AS of_the_year FROM account_account a",
        code=code,
        text=wanted.join(wanted.clean(code), wanted.clean(french(SQL("a.name")))),
        third=THIRD_PARTY,
    )


def partners(wanted):
    """Return SQL of the third parties: id, name, text (their number and name)."""
    number = SQL("p.id::text")
    if wanted.auxiliary == "ref":
        number = SQL("COALESCE(NULLIF(btrim(%s), ''), %s)", wanted.clean(SQL("p.ref")), number)
    name = SQL("COALESCE(NULLIF(btrim(%s), ''), p.id::text)", wanted.clean(SQL("p.name")))
    return SQL("SELECT p.id, %s AS name, %s AS text FROM res_partner p", name, wanted.join(number, name))


def journals(wanted):
    """Return SQL of the journals: id, name, text (code and name)."""
    code, name = wanted.clean(SQL("j.code")), wanted.clean(french(SQL("j.name")))
    name = SQL("COALESCE(NULLIF(btrim(%s), ''), %s)", name, code)
    return SQL("SELECT j.id, %s AS name, %s AS text FROM account_journal j", name, wanted.join(code, name))


def letters(wanted):
    """Return SQL of the complete letters: id, text (letter and date).

    Partial matches and imported ones are no lettering. The date is that of
    the last entry of the group, not of the click.
    """
    return SQL(
        "SELECT full_reconcile_id AS id, %s AS text FROM account_move_line"
        " WHERE full_reconcile_id IS NOT NULL AND company_id IN %s"
        " GROUP BY full_reconcile_id HAVING bool_and(parent_state = 'posted')",
        wanted.join(SQL("full_reconcile_id::text"), day(SQL("max(date)"))),
        wanted.company_ids,
    )


# -- Entries


def validated():
    """Return SQL of the moment when an entry was validated; see `tierslieu_validated_on`."""
    return SQL("COALESCE(m.tierslieu_validated_on, m.date + INTERVAL %s)", HOUR)


def valid_day(wanted):
    """Return SQL of that day, as people where the company is would say it."""
    return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", validated(), wanted.tz)


def order():
    """Return SQL of what entries are sorted by: their validation; those validated together, by their numbers."""
    return SQL("%s, m.date, COALESCE(m.sequence_prefix, ''), COALESCE(m.sequence_number, 0), m.id", validated())


def of_the_period(wanted):
    """Return SQL of the condition for entries `m` of the file."""
    return SQL(
        "m.company_id IN %s AND m.state = 'posted' AND m.date BETWEEN %s AND %s",
        wanted.company_ids, wanted.first, wanted.last,
    )


def middle(wanted):
    """Return SQL of the entry that ends the first half of the file: its place in the order."""
    return SQL(
        "SELECT %(order)s FROM account_move m WHERE %(where)s ORDER BY %(order)s"
        " OFFSET (SELECT count(*) / 2 FROM account_move m WHERE %(where)s) LIMIT 1",
        order=order(), where=of_the_period(wanted),
    )


def heads(wanted, after=None, until=None):
    """Return SQL of the entries: id, n (their place in the order), and what their lines say of them."""
    where = of_the_period(wanted)
    if until:
        where = SQL("%s AND (%s) <= %s", where, order(), until)
    if after:
        where = SQL("%s AND (%s) > %s", where, order(), after)
    name = SQL("COALESCE(%s, '')", wanted.clean(SQL("m.name")))
    ref = SQL("NULLIF(btrim(%s), '')", wanted.clean(SQL("m.ref")))
    return SQL(
        "SELECT m.id, row_number() OVER (ORDER BY %(order)s) AS n, %(head)s AS head, %(piece)s AS piece,"
        " %(valid)s AS valid, NULLIF(%(ref)s, '/') AS ref, j.name AS journal"
        " FROM account_move m JOIN journals j ON j.id = m.journal_id WHERE %(where)s",
        order=order(),
        head=wanted.join(SQL("j.text"), name, day(SQL("m.date"))),
        piece=wanted.join(
            SQL("COALESCE(%s, %s)", ref, name), day(SQL("COALESCE(m.invoice_date, m.date)"))
        ),
        valid=day(valid_day(wanted)),
        ref=ref,
        where=where,
    )


def lines(wanted, after=None, until=None):
    """Return SQL of the lines of the entries, or of those of a part of the order."""
    label = SQL("NULLIF(NULLIF(btrim(%s), ''), '/')", wanted.clean(SQL("l.name")))
    label = SQL("COALESCE(%s, h.ref, h.journal || COALESCE(' ' || p.name, ''))", label)
    foreign = wanted.join(
        SQL("replace(round(l.amount_currency, c.decimal_places)::text, '.', ',')"), SQL("c.name")
    )
    nothing = SQL("%s", wanted.delimiter)
    return SQL(
        """
        WITH accounts AS MATERIALIZED (%(accounts)s), partners AS MATERIALIZED (%(partners)s),
             journals AS MATERIALIZED (%(journals)s), letters AS MATERIALIZED (%(letters)s),
             heads AS MATERIALIZED (%(heads)s)
        SELECT %(row)s
          FROM account_move_line l
          JOIN heads h ON h.id = l.move_id
          JOIN accounts a ON a.id = l.account_id
          LEFT JOIN partners p ON p.id = l.partner_id
          LEFT JOIN letters r ON r.id = l.full_reconcile_id
          LEFT JOIN res_currency c ON c.id = l.currency_id AND l.currency_id != l.company_currency_id
         WHERE %(where)s AND l.balance != 0
         ORDER BY h.n, l.id
        """,
        accounts=accounts(wanted), partners=partners(wanted), journals=journals(wanted),
        letters=letters(wanted), heads=heads(wanted, after, until),
        where=lines_of_the_period(wanted),
        row=wanted.join(
            SQL("h.head"), SQL("a.text"),
            SQL("CASE WHEN a.third THEN COALESCE(p.text, %s) ELSE %s END", nothing, nothing),
            SQL("h.piece"), label, amount(SQL("l.debit")), amount(SQL("l.credit")),
            SQL("COALESCE(r.text, %s)", nothing), SQL("h.valid"), SQL("COALESCE(%s, %s)", foreign, nothing),
        ),
    )  # fmt: skip


def lines_of_the_period(wanted):
    """Return SQL of the condition for lines `l` of posted entries of the period."""
    return SQL(
        "l.company_id IN %s AND l.parent_state = 'posted' AND l.date BETWEEN %s AND %s"
        " AND l.display_type NOT IN ('line_section', 'line_subsection', 'line_note')",
        wanted.company_ids, wanted.first, wanted.last,
    )


def totals(wanted):
    """Return SQL of rows, debit, credit and entries of the period, and lines of zero, that are left out.

    Amounts are text: Odoo's cursors make floats of numbers.
    """
    return SQL(
        "SELECT COALESCE(sum(n), 0)::bigint, COALESCE(sum(debit), 0)::text, COALESCE(sum(credit), 0)::text,"
        " count(*) FILTER (WHERE n > 0), COALESCE(sum(zero), 0)::bigint FROM ("
        "SELECT count(*) FILTER (WHERE l.balance != 0) AS n, sum(l.debit)::numeric(20, 2) AS debit,"
        " sum(l.credit)::numeric(20, 2) AS credit, count(*) FILTER (WHERE l.balance = 0) AS zero"
        " FROM account_move_line l WHERE %s GROUP BY l.move_id) entries",
        lines_of_the_period(wanted),
    )


# -- Opening balances


def opening(wanted, result):
    """Return SQL of the opening balances: code, text (account), third (number and name of a third party), balance.

    :param result: {"profit": (code, name), "loss": …}: accounts for what earlier years earned and
        nobody has closed yet
    """
    nothing = SQL("%s", wanted.delimiter)
    return SQL(
        """
        WITH accounts AS MATERIALIZED (%(accounts)s), partners AS MATERIALIZED (%(partners)s),
             sums AS MATERIALIZED (
                 SELECT l.account_id, CASE WHEN a.third THEN l.partner_id END AS partner_id,
                        l.date < %(year_first)s AND a.of_the_year AS earlier,
                        sum(l.balance)::numeric(20, 2) AS balance
                   FROM account_move_line l JOIN accounts a ON a.id = l.account_id
                  WHERE l.company_id IN %(companies)s AND l.parent_state = 'posted' AND l.date < %(first)s
                  GROUP BY 1, 2, 3
             )
        SELECT a.code, a.text, CASE WHEN a.third THEN COALESCE(p.text, %(nothing)s) ELSE %(nothing)s END AS third,
               s.balance
          FROM sums s JOIN accounts a ON a.id = s.account_id LEFT JOIN partners p ON p.id = s.partner_id
         WHERE NOT s.earlier AND s.balance != 0
        UNION ALL
        SELECT CASE WHEN sum(balance) < 0 THEN %(profit_code)s ELSE %(loss_code)s END,
               CASE WHEN sum(balance) < 0 THEN %(profit)s ELSE %(loss)s END, %(nothing)s, sum(balance)
          FROM sums WHERE earlier HAVING sum(balance) != 0
        """,
        accounts=accounts(wanted), partners=partners(wanted), nothing=nothing,
        first=wanted.first, year_first=wanted.year_first, companies=wanted.company_ids,
        profit_code=result["profit"][0], loss_code=result["loss"][0],
        profit=wanted.delimiter.join(result["profit"]), loss=wanted.delimiter.join(result["loss"]),
    )  # fmt: skip


def opening_lines(wanted, result):
    """Return SQL of the opening balances as lines of the file.

    Their validation is that of the first day of the period, or of the first
    entry of the file where that is earlier: January's invoices posted in
    December come after the balances that they are added to.
    """
    number = OPENING % wanted.first.year
    first = SQL("%s::date", wanted.first)
    valid = SQL(
        "(SELECT LEAST(%s, min(%s)) FROM account_move m WHERE %s)", first, valid_day(wanted), of_the_period(wanted)
    )
    head = SQL("%s", wanted.delimiter.join(["OUV", "Balance initiale", number, f"{wanted.first:%Y%m%d}"]))
    rest = SQL("%s", wanted.delimiter.join([number, f"{wanted.first:%Y%m%d}", "Reprise à nouveau"]))
    blank = SQL("''")
    return SQL(
        "SELECT %s FROM (%s) o ORDER BY o.code, o.third",
        wanted.join(
            head, SQL("o.text"), SQL("o.third"), rest, amount(SQL("GREATEST(o.balance, 0)")),
            amount(SQL("GREATEST(-o.balance, 0)")), blank, blank, day(valid), blank, blank,
        ),
        opening(wanted, result),
    )  # fmt: skip


def opening_totals(wanted, result):
    """Return SQL of rows, debit and credit of the opening balances, amounts as text."""
    return SQL(
        "SELECT count(*), COALESCE(sum(GREATEST(balance, 0)), 0)::text, COALESCE(sum(GREATEST(-balance, 0)), 0)::text"
        " FROM (%s) o",
        opening(wanted, result),
    )


# -- What was replaced


def replaced(wanted):
    """Return SQL of (line, field, how many in all) whose text loses something, the first ones of many.

    What lines share (a third party, an account, a journal, an entry) is told
    once, for the first of its lines.
    """
    parts = [
        SQL(
            "SELECT l.id, 'EcritureLib' AS field FROM account_move_line l WHERE %s AND l.balance != 0 AND %s",
            lines_of_the_period(wanted), told(SQL("l.name"), wanted.charset),
        )
    ]  # fmt: skip
    for field, table, column, link in (
        ("EcritureNum", "account_move", SQL("s.name"), "move_id"),
        ("PieceRef", "account_move", SQL("s.ref"), "move_id"),
        ("JournalCode", "account_journal", SQL("s.code"), "journal_id"),
        ("JournalLib", "account_journal", french(SQL("s.name")), "journal_id"),
        ("CompteLib", "account_account", french(SQL("s.name")), "account_id"),
        ("CompAuxNum", "res_partner", SQL("s.ref"), "partner_id"),
        ("CompAuxLib", "res_partner", SQL("s.name"), "partner_id"),
    ):
        if field == "CompAuxNum" and wanted.auxiliary != "ref":
            continue
        third = field.startswith("CompAux")
        parts.append(
            SQL(
                "SELECT min(l.id), %(field)s FROM %(table)s s JOIN account_move_line l ON l.%(link)s = s.id"
                " WHERE %(told)s AND %(where)s AND l.balance != 0%(third)s GROUP BY s.id",
                field=field, table=SQL.identifier(table), link=SQL.identifier(link),
                told=told(column, wanted.charset), where=lines_of_the_period(wanted),
                third=SQL(
                    " AND l.account_id IN (SELECT id FROM account_account WHERE account_type IN %s)", THIRD_PARTY
                ) if third else SQL(),
            )
        )  # fmt: skip
    return SQL(
        "WITH hits AS MATERIALIZED (%s) SELECT id, field, (SELECT count(*) FROM hits) FROM hits"
        " ORDER BY id, field LIMIT %s",
        SQL(" UNION ALL ").join(parts), MOST_TOLD,
    )
