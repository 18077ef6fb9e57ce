import hashlib
import re
import tempfile
import threading
from contextlib import contextmanager
from decimal import Decimal

from stdnum.fr import siren

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from . import fec_query as query
from .fec_text import CHARSETS

FIELDS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
DELIMITERS = ("\t", "|")
ROWS_AT_ONCE = 20_000
BYTES_AT_ONCE = 1024 * 1024
# Sorts and joins of a year stay in memory; what is larger goes to PostgreSQL's disk.
WORK_MEMORY = "64MB"
# Where nothing is closed yet: the accounts of the general chart for the result of a year.
RESULT = {"profit": ("120", "120000", "Résultat de l'exercice (bénéfice)"),
          "loss": ("129", "129000", "Résultat de l'exercice (perte)")}  # fmt: skip


class FecWriter(models.AbstractModel):
    """Write a "fichier des écritures comptables" (article A47 A-1 of the Livre des procédures fiscales).

    PostgreSQL makes the lines and their charset, and streams them: the memory
    that it takes is that of some thousands of lines, whatever the year has.
    """

    _name = "tierslieu.fec.writer"
    _description = "Writer of the FEC"

    @api.model
    def _siren(self, company):
        """Return the nine digits of a company's SIREN out of its SIRET or SIREN, or "" where there is no valid one.

        Odoo takes it from the VAT number, which an association may not have.
        """
        number = re.sub(r"[\s.\u00a0\u202f]", "", company.company_registry or "")
        if re.fullmatch(r"[0-9]{9}([0-9]{5})?", number) and siren.is_valid(number[:9]):
            return number[:9]
        return ""

    @api.model
    def _file_name(self, company, last, official=True):
        """Return the name that the law gives to the file: SIREN, FEC, closing date; a test says so.

        :raises UserError: official, and the company has no valid SIREN
        """
        number = self._siren(company)
        if official and not number:
            raise UserError(
                self.env._(
                    "%(company)s has no valid SIREN: type its SIRET in the company's form. Until then, only a test file"
                    " can be made.",
                    company=company.name,
                )
            )
        return f"{number}FEC{last:%Y%m%d}{'' if official else '-TEST'}.txt"

    @api.model
    def _write_file(
        self, out, company, first, last,
        official=True, charset="ISO-8859-15", delimiter="\t", auxiliary="ref", connections=2,
    ):  # fmt: skip
        """Write the posted entries of a period, opening balances first, then in the order of their validation.

        Whether it is official changes nothing but that it needs a SIREN. Lines
        without an amount are left out and counted. Opening balances are by
        account, and by account and third party where third parties have
        accounts. What earlier years earned or lost and nobody closed opens on
        one line of account 120 (profit) or 129 (loss), whatever their number:
        it waits there for the decision of an assembly. In a period that does
        not begin with the year, income and expenses since the year began open
        account by account.

        Two connections share one snapshot, each makes half of the lines. A
        second one cannot see what this transaction has not committed, so that
        one that has written anything works alone. Not to be called within a
        savepoint, which can share no snapshot, without `connections=1`.

        :param out: binary file object, open for writing
        :param company: `res.company`; its branches are in
        :param first: first day of the period
        :param last: last day of it, included; it is in the name of the file
        :param charset: "ISO-8859-15" or "UTF-8"
        :param delimiter: tab or bar
        :param auxiliary: "ref" or "id": what CompAuxNum says of a partner (their id where they have no ref)
        :param connections: 1 or 2
        :return: dict of `rows`, `debit`, `credit` (Decimal), `entries` (opening included), `replaced`
            ([(line id, field)], no more than a thousand), `replaced_total`, `left_out_zero`,
            `sha256` (hexadecimal, of the file), `connections` (how many made it)
        :raises UserError: no SIREN, or a period, charset or delimiter that no FEC has
        """
        if official:
            self._file_name(company, last)
        wanted = self._wanted(company, first, last, charset, delimiter, auxiliary)
        result = self._result_accounts(company, wanted)
        self.env.flush_all()
        cr = self.env.cr
        self._prepare(cr)
        sink = _Sink(out, delimiter.join(FIELDS).encode("ascii"))
        cr.execute(query.opening_totals(wanted, result))
        rows, debit, credit = cr.fetchone()
        entries = 1 if rows else 0
        self._copy(cr, query.opening_lines(wanted, result), charset, sink)
        if connections > 1 and self._nothing_pending():
            used = 2
            found = self._write_by_two(wanted, sink)
        else:
            used = 1
            found = self._figures(cr, wanted)
            self._copy(cr, query.lines(wanted), charset, sink)
        rows += found["rows"]
        if sink.rows != rows:
            raise UserError(
                self.env._(
                    "The file has %(written)s lines where the books have %(expected)s: it was not kept.",
                    written=sink.rows, expected=rows,
                )
            )  # fmt: skip
        return found | {
            "rows": rows,
            "debit": Decimal(debit) + found["debit"],
            "credit": Decimal(credit) + found["credit"],
            "entries": entries + found["entries"],
            "sha256": sink.digest.hexdigest(),
            "connections": used,
        }

    def _wanted(self, company, first, last, charset, delimiter, auxiliary):
        if charset not in CHARSETS or delimiter not in DELIMITERS or auxiliary not in ("ref", "id"):
            raise UserError(self.env._("A FEC is in ISO-8859-15 or UTF-8, with tabs or bars between its fields."))
        if first > last:
            raise UserError(self.env._("The first day of the period is after its last day."))
        branches = self.env["res.company"].sudo().search([("id", "child_of", company.id)])
        return query.Wanted(
            company_ids=tuple(branches.ids),
            root_id=company.root_id.id,
            first=first,
            last=last,
            year_first=company.compute_fiscalyear_dates(first)["date_from"],
            charset=charset,
            delimiter=delimiter,
            auxiliary=auxiliary,
            tz=company.partner_id.tz or "Europe/Paris",
        )

    def _result_accounts(self, company, wanted):
        """Return {"profit": (code, name), "loss": …} of the company's chart, in the charset of the file."""
        found = {}
        accounts = self.env["account.account"].sudo().with_company(company)
        for kind, (prefix, code, name) in RESULT.items():
            account = accounts.search(
                [*accounts._check_company_domain(company), ("code", "=like", f"{prefix}%")], order="code", limit=1
            )
            if account:
                self.env.cr.execute(
                    SQL("SELECT text FROM (%s) a WHERE id = %s", query.accounts(wanted), account.id)
                )
                code, name = self.env.cr.fetchone()[0].split(wanted.delimiter)
            found[kind] = (code, name)
        return found

    def _nothing_pending(self):
        """Return whether this transaction has written nothing: other connections see all that it sees."""
        self.env.cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        return self.env.cr.fetchone()[0]

    def _prepare(self, cr):
        # A plan that is compiled is not worth it for one run.
        cr.execute("SET LOCAL jit = off")
        cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEMORY))

    def _figures(self, cr, wanted):
        """Return what the period counts, and what is replaced in its texts."""
        cr.execute(query.totals(wanted))
        rows, debit, credit, entries, zero = cr.fetchone()
        cr.execute(query.replaced(wanted))
        hits = cr.fetchall()
        return {
            "rows": rows, "debit": Decimal(debit), "credit": Decimal(credit), "entries": entries, "left_out_zero": zero,
            "replaced": [(line, field) for line, field, _total in hits],
            "replaced_total": hits[0][2] if hits else 0,
        }  # fmt: skip

    def _copy(self, cr, lines, charset, sink):
        """Stream lines: csv of one column in which no character is one that csv would quote."""
        statement = cr.mogrify(
            SQL(
                "COPY (%s) TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', ENCODING %s)",
                lines, CHARSETS[charset],
            )
        )  # fmt: skip
        cr.copy_expert(statement, sink)
        sink.flush()

    def _write_by_two(self, wanted, sink):
        """Write the lines: the first half from here, the second by another connection, by way of a file."""
        cr, charset = self.env.cr, wanted.charset
        cr.execute("SELECT pg_export_snapshot()")
        [snapshot] = cr.fetchone()
        cr.execute(query.middle(wanted))
        middle = cr.fetchone()
        if not middle:
            return self._figures(cr, wanted)
        with tempfile.TemporaryFile() as spool, self._beside(snapshot) as other:
            second = _Spool(spool)
            with _at_once(lambda: self._copy(other, query.lines(wanted, after=middle), charset, second)):
                found = self._figures(cr, wanted)
                self._copy(cr, query.lines(wanted, until=middle), charset, sink)
            spool.seek(0)
            sink.take(spool, second.rows)
        return found

    @contextmanager
    def _beside(self, snapshot):
        """Give a cursor of another connection that sees what this one sees."""
        with self.env.registry.cursor(readonly=self.env.cr.readonly) as other:
            other.execute(SQL("SET TRANSACTION SNAPSHOT %s", snapshot))
            self._prepare(other)
            yield other


@contextmanager
def _at_once(work):
    """Do work in a thread while the block runs; what goes wrong in it is raised at the end."""
    errors = []

    def run():
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised below
            errors.append(error)

    thread = threading.Thread(target=run, name="second half of a FEC")
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if errors:
        raise errors[0]


class _Spool:
    """Gather lines, and give them on by thousands with the line ends of a FEC."""

    def __init__(self, out):
        self.out = out
        self.parts = []
        self.rows = 0

    def write(self, row):  # pylint: disable=method-required-super
        """Take a line of COPY, its end included: psycopg2 calls it for each."""
        self.parts.append(row)
        if len(self.parts) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self):
        """Give on what there is."""
        if self.parts:
            block = b"".join(self.parts)
            self.rows += len(self.parts)
            self.parts = []
            # A line end comes before each line: the last one has none, an empty line is a fault.
            self.pass_on(b"\r\n" + block[:-1].replace(b"\n", b"\r\n"))

    def pass_on(self, block):
        return self.out.write(block)


class _Sink(_Spool):
    """The file itself, and its digest."""

    def __init__(self, out, header):
        super().__init__(out)
        self.digest = hashlib.sha256()
        self.pass_on(header)

    def pass_on(self, block):
        self.digest.update(block)
        return super().pass_on(block)

    def take(self, spool, rows):
        """Take lines that are ready."""
        self.flush()
        while block := spool.read(BYTES_AT_ONCE):
            self.pass_on(block)
        self.rows += rows
