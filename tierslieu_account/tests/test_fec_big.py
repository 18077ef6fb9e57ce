import json
import os
import resource
import tempfile
from datetime import date
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect

from odoo.addons.tierslieu_account.kernels.fec_check import balance_of, check
from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .fec_big import fill
from .fec_common import SIRET

YEAR = 2030
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
SMALL, BIG = 20_000, 200_000
MOST_MEMORY = 50_000  # kilobytes


class TestFecBig(RaceCase):
    """A large year is written by two connections, in the memory of a small one."""

    @classmethod
    def prepare(cls, env):
        env.company.company_registry = SIRET
        cls.lines = fill(env, SMALL, YEAR)

    def written(self, path, **options):
        """Write the year to a file in a transaction that has written nothing; return what is told."""
        with db_connect(self.database).cursor() as cr, open(path, "wb") as out:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["tierslieu.fec.writer"]._write_file(out, env.company, FIRST, LAST, **options)

    def file(self):
        handle, path = tempfile.mkstemp()
        os.close(handle)
        self.addCleanup(os.unlink, path)
        return path

    def memory(self, **options):
        """Return how many kilobytes a process of its own takes more to write the year."""
        path, told = self.file(), self.file()

        def run():
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            self.written(path, **options)
            with open(told, "w") as out:
                json.dump(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, out)

        os.waitpid(self.fork(run), 0)
        with open(told) as out:
            return json.load(out)

    def assertRight(self, path, told):
        with open(path, "rb") as file:
            faults = list(check(
                file, name=f"{SIRET[:9]}FEC{YEAR}1231.txt", first=FIRST, last=LAST,
                totals={key: told[key] for key in ("rows", "debit", "credit")},
            ))  # fmt: skip
        self.assertEqual(faults, [])
        with open(path, "rb") as file:
            balance = balance_of(file)
        with self.committed() as env:
            lines = env["account.move.line"]._read_group(
                [("company_id", "=", env.company.id), ("date", ">=", FIRST), ("date", "<=", LAST)],
                ["account_id"], ["debit:sum", "credit:sum"],
            )  # fmt: skip
            self.assertEqual(
                {account.code: (debit, credit) for account, debit, credit in lines},
                {account: tuple(map(float, sums)) for account, sums in balance.items()},
            )

    def test_two_connections_write_what_one_does(self):
        one, two = self.file(), self.file()
        alone = self.written(one, connections=1)
        both = self.written(two, connections=2)
        self.assertEqual((alone["connections"], both["connections"]), (1, 2))
        self.assertEqual(alone | {"connections": 2}, both)
        self.assertEqual(both["rows"], self.lines)
        with open(one, "rb") as first, open(two, "rb") as second:
            self.assertEqual(first.read(), second.read())
        self.assertRight(two, both)

    def test_memory_of_a_small_year(self):
        self.assertLess(self.memory(), MOST_MEMORY)

    def test_pending_changes_are_in_the_file(self):
        """Another connection would not see them: one is enough then, whatever was asked."""
        path = self.file()
        with db_connect(self.database).cursor() as cr, open(path, "wb") as out:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.company.partner_id.name = "Le Quai, autrement"
            env["account.move"].search([], order="id desc", limit=1).line_ids.name = "Changé à l'instant"
            told = env["tierslieu.fec.writer"]._write_file(out, env.company, FIRST, LAST)
            cr.rollback()
        self.assertEqual(told["connections"], 1)
        with open(path, encoding="iso-8859-15") as file:
            self.assertIn("Changé à l'instant", file.read())

    def test_what_fails_beside_is_told(self):
        """An error of the second connection is no shorter file."""
        writer = self.registry["tierslieu.fec.writer"]
        path, copy, cursors = self.file(), writer._copy, []

        def broken(model, cr, *arguments):
            cursors.append(cr)
            if cr is not cursors[0]:
                raise OSError("The disk is full.")
            return copy(model, cr, *arguments)

        patched = patch.object(writer, "_copy", broken)
        patched.start()
        self.addCleanup(patched.stop)
        with self.assertRaisesRegex(OSError, "disk"):
            self.written(path)

    @heavy
    def test_memory_is_flat(self):
        small = self.memory()
        with self.committed() as env:
            fill(env, BIG - SMALL, YEAR)
        path = self.file()
        self.assertRight(path, self.written(path))
        big = self.memory()
        self.assertLess(big, MOST_MEMORY)
        self.assertLess(big - small, MOST_MEMORY)
