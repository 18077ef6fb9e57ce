"""Our FEC beside that of Odoo's own wizard, on the same million lines: ./setup/test --full."""

import io
import json
import os
import resource
import tempfile
import time
from datetime import date

from figures import figure

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect

from odoo.addons.tierslieu_account.kernels.fec_check import balance_of
from odoo.addons.tierslieu_account.tests.fec_big import fill
from odoo.addons.tierslieu_account.tests.fec_common import SIRET
from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

YEAR, LINES, ROUNDS = 2030, 1_000_000, 2
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
AT_LEAST = 3


class TestFec(RaceCase):
    """Each run is in a process of its own, so that what one keeps in memory is nobody else's cost."""

    def run_apart(self, run):
        """Return what `run(env)` returns, its seconds and its megabytes, in a process of its own."""
        handle, path = tempfile.mkstemp()
        os.close(handle)
        self.addCleanup(os.unlink, path)

        def work():
            with db_connect(self.database).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                cr.execute("SELECT 1")
                before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
                found = run(env)
                took = time.perf_counter() - begun
                grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
                cr.rollback()
            with open(path, "w") as out:
                json.dump([found, took, grown], out)

        os.waitpid(self.fork(work), 0)
        with open(path) as out:
            return json.load(out)

    def ours(self, connections, charset="ISO-8859-15"):
        def run(env):
            with open(self.paths[0], "wb") as out:
                return env["tierslieu.fec.writer"]._write_file(
                    out, env.company, FIRST, LAST, connections=connections, charset=charset
                )["rows"]

        return self.run_apart(run)

    def theirs(self):
        def run(env):
            wizard = env["l10n_fr.fec.export.wizard"].create(
                {"date_from": FIRST, "date_to": LAST, "test_file": True, "export_type": "official"}
            )
            content = wizard.generate_fec()["file_content"]
            with open(self.paths[1], "wb") as out:
                out.write(content)
            return content.count(b"\n")

        return self.run_apart(run)

    @heavy
    def test_a_million_lines_beside_odoo_s(self):
        with self.committed() as env:
            env.company.company_registry = SIRET
            number = fill(env, LINES, YEAR)
        self.paths = []
        for _nth in range(2):
            handle, path = tempfile.mkstemp()
            os.close(handle)
            self.addCleanup(os.unlink, path)
            self.paths.append(path)
        their_runs, our_runs, one_runs, utf_runs = [], [], [], []
        for _round in range(ROUNDS):
            their_runs.append(self.theirs())
            one_runs.append(self.ours(1))
            utf_runs.append(self.ours(1, "UTF-8"))
            our_runs.append(self.ours(2))
        self.assertEqual({rows for rows, *_rest in our_runs + one_runs + utf_runs}, {number})
        with open(self.paths[0], "rb") as ours, open(self.paths[1], "rb") as theirs:
            # Odoo's has blanks and zeros before its amounts.
            told = io.BytesIO(theirs.read().replace(b"| 0", b"|0"))
            self.assertEqual(balance_of(ours), balance_of(told))
        their_time, our_time, one_time, utf_time = (
            min(took for _rows, took, _grown in runs) for runs in (their_runs, our_runs, one_runs, utf_runs)
        )
        their_memory, our_memory = (max(grown for *_rest, grown in runs) for runs in (their_runs, our_runs))
        figure(
            f"FEC of {number:,} lines: {our_time:.1f} s and {our_memory:.0f} MB by two connections of ours,"
            f" {one_time:.1f} s by one ({utf_time:.1f} s in UTF-8), {their_time:.1f} s and {their_memory:.0f} MB by"
            f" Odoo's wizard: {their_time / our_time:.1f} times."
        )
        self.assertGreaterEqual(their_time / our_time, AT_LEAST)
