"""Race real transactions against each other.

A TransactionCase has one cursor and cannot show a race. A RaceCase works on a
copy of the database, commits for real, and throws the copy away: what races
leave behind (append-only rows) never reaches another test.
"""

import contextlib
import logging
import os
import shutil
import signal
import threading
import time
import uuid

import psycopg2
from psycopg2 import sql

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.sql_db import close_db, db_connect
from odoo.tests import BaseCase, get_db_name
from odoo.tools import config


class RaceCase(BaseCase):
    """Tests that race; each class has a database of its own."""

    # Addons to install in the copy before anything else.
    install = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_race_{uuid.uuid4().hex[:8]}"[:60]
        cls._copy_database(os.environ.get("TIERSLIEU_TEMPLATE_DB") or get_db_name())
        cls.addClassCleanup(cls._drop_database)
        previous = config["db_maxconn"]
        config["db_maxconn"] = 160
        cls.addClassCleanup(config.__setitem__, "db_maxconn", previous)
        cls.registry = cls._load()
        with cls.committed() as env:
            cls.prepare(env)

    @classmethod
    def prepare(cls, env):
        """Make the data that the races need; committed afterwards."""

    @classmethod
    def _copy_database(cls, source):
        """Copy the source; end the connections to it, which would forbid it.

        Ours are idle. A template is nobody else's, but another Odoo server on
        the machine may have looked into it for scheduled actions.
        """
        close_db(source)
        if source != get_db_name():
            cls._on_server(
                sql.SQL(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
                ).format(sql.Literal(source))
            )
        cls._on_server(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(cls.database), sql.Identifier(source)
            )
        )
        # What a database names, styles and scripts of its pages among it, is in files.
        if os.path.isdir(files := config.filestore(source)):
            shutil.copytree(files, config.filestore(cls.database), copy_function=os.link, dirs_exist_ok=True)

    @classmethod
    def _load(cls):
        """Load the copy's registry, without the unit tests that loading would run."""
        enabled = config["test_enable"]
        config["test_enable"] = False
        try:
            if cls.install:
                return Registry.new(
                    cls.database, update_module=True, install_modules=cls.install
                )
            return Registry(cls.database)
        finally:
            config["test_enable"] = enabled

    @classmethod
    def _drop_database(cls):
        """Drop the copy while other tests run: the server writes all that it holds to the disk first.

        Python waits for such threads before it ends.
        """
        Registry.delete(cls.database)
        close_db(cls.database)
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(cls.database))
        shutil.rmtree(config.filestore(cls.database), ignore_errors=True)
        threading.Thread(target=cls._on_server, args=(statement,), name=f"drop {cls.database}").start()

    @classmethod
    def _on_server(cls, statement):
        connection = psycopg2.connect(
            dbname="postgres",
            host=config["db_host"] or None,
            port=config["db_port"] or None,
            user=config["db_user"] or None,
            password=config["db_password"] or None,
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    @classmethod
    @contextlib.contextmanager
    def committed(cls, uid=SUPERUSER_ID):
        """Yield an environment whose transaction is committed at the end."""
        with db_connect(cls.database).cursor() as cr:
            env = api.Environment(cr, uid, {})
            yield env
            env.flush_all()
            cr.commit()  # pylint: disable=invalid-commit

    def race(self, number, action, work=0.05, at_once=None):
        """Run `action(env, nth)` in `number` simultaneous transactions.

        Each is retried as a request is, works `work` seconds more before its
        commit, and starts with the others; or, with `at_once`, so many at a
        time, each as soon as one before it is done.

        :return: list of `Outcome`, in the order of `nth`
        """
        at_once = at_once or number
        barrier = threading.Barrier(at_once)
        queue = iter(range(number))
        outcomes = [Outcome() for _nth in range(number)]

        def run(nth):
            outcome = outcomes[nth]
            begun = time.monotonic()

            def attempt():
                outcome.tries += 1
                result = action(env, nth)
                env.flush_all()
                time.sleep(work)
                return result

            try:
                with db_connect(self.database).cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    outcome.value = retrying(attempt, env)
                    cr.commit()  # pylint: disable=invalid-commit
                outcome.error = None
            except Exception as error:  # noqa: BLE001 - the outcome is the subject
                outcome.error = error
            outcome.seconds = time.monotonic() - begun

        def work_on():
            barrier.wait(timeout=60)
            for nth in queue:
                run(nth)

        threads = [threading.Thread(target=work_on) for _nth in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        return outcomes

    def fork(self, run):
        """Call `run()` in a process of its own, which ends with it; return the process, to be killed by `kill`."""
        child = os.fork()
        if not child:
            # The connections of the parent are not ours: PostgreSQL would mix up both.
            sql_db._Pool = None
            self.registry._db = db_connect(self.database)
            try:
                run()
            finally:
                os._exit(0)
        return child

    def kill(self, child):
        """Kill a process of `fork` with -9; return whether it was still at work."""
        os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)

    def assertOneWinner(self, outcomes, loser=Exception):
        """One contender of all won; the others lost as `loser` says, none hung."""
        winners = [outcome for outcome in outcomes if outcome.won]
        self.assertEqual(len(winners), 1, outcomes)
        for outcome in outcomes:
            if not outcome.won:
                self.assertIsInstance(outcome.error, loser)
        return winners[0]

    @contextlib.contextmanager
    def without_constraint(self, table, name):
        """Take a database constraint away for a control run, and the rows it leaves."""
        with self.committed() as env:
            env.cr.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
            )
            [(definition,)] = env.cr.fetchall()
            env.cr.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        try:
            yield
        finally:
            with self.committed() as env:
                self.clean_up(env)
                env.cr.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')

    def clean_up(self, env):
        """Undo what a control run left and the constraint would refuse."""

    @contextlib.contextmanager
    def expected_logs(self, *names):
        """Silence the loggers whose lines a race is expected to write."""
        loggers = [logging.getLogger(name) for name in names]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)

    def assertIntegrity(self):
        """No promise of the suite is broken in the race's database."""
        with self.committed() as env:
            self.assertEqual(env["tierslieu.integrity"].run(), [])


class Outcome:
    """What became of one contender: its value or error, tries and seconds."""

    def __init__(self):
        self.value = None
        # Until it ends: whoever hangs has not won.
        self.error = TimeoutError("This contender did not finish.")
        self.tries = 0
        self.seconds = 0.0

    @property
    def won(self):
        return self.error is None

    def __repr__(self):
        return f"<{self.value if self.won else repr(self.error)} in {self.seconds:.2f} s>"
