"""Small things that several models need."""

from contextlib import contextmanager

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, format_date
from odoo.tools.misc import get_lang


def as_record(env, model, value):
    """Return a record given as itself or as its id, so that RPC can call the same methods.

    :raises UserError: what it names is no record, or is no more
    """
    if isinstance(value, models.BaseModel):
        return value
    try:
        record = env[model].browse(int(value)).exists()
    except (TypeError, ValueError, OverflowError):
        record = None
    if not record:
        raise UserError(env._("This record no longer exists."))
    return record


def insert_once(model, values):
    """Insert a row unless one with the same unique key is there; return its id, or None.

    Two requests sent at once (a double click) both want the first row of
    something. The ORM's `create` would make the second one an error on
    screen and in the log. Here it finds the row, or PostgreSQL starts its
    transaction again, which Odoo does by itself, and it finds it then.

    :param model: an empty recordset; no compute and no tracking takes place
    :param values: every column that the row needs
    """
    env = model.env
    env.flush_all()
    now = fields.Datetime.now()
    row = values | {
        "create_uid": env.uid, "write_uid": env.uid, "create_date": now, "write_date": now,
    }
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, row)),
            SQL(", ").join(SQL("%s", value) for value in row.values()),
        ),
        log_exceptions=False,
    )
    inserted = env.cr.fetchone()
    if not inserted:
        return None
    env.invalidate_all(flush=False)
    return inserted[0]


def wait_for_turn(env, key):
    """Wait for the other transactions that take the same turn, and keep it until ours ends.

    :param key: whose turn, for example "partner 7"
    """
    env.cr.execute(
        SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", f"tierslieu {key}")
    )


@contextmanager
def try_turn(env, key):
    """Take a turn across commits, until the block ends or the process dies; yield whether it is ours.

    What it protects is to be read after it was taken: commit first.

    :param key: whose turn, for example "refund 7"
    """
    name = SQL("hashtextextended(%s, 0)", f"tierslieu {key}")
    env.cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", name))
    [mine] = env.cr.fetchone()
    try:
        yield mine
    finally:
        if mine:
            env.cr.execute(SQL("SELECT pg_advisory_unlock(%s)", name))


def step_alone(record, key, commit, failed):
    """Take the next step of a record, its `_step`, while no other worker does; what goes wrong stops no other record.

    :param key: as in `try_turn`
    :param commit: saves what is done
    :param failed: called while an unexpected error is handled, after what it left half done is undone; what it
        writes is saved before anyone else has a turn
    """
    with try_turn(record.env, key) as mine:
        if not mine:
            return
        commit()
        record.env.invalidate_all()
        try:
            record._step(commit)
        except (OperationalError, ConcurrencyError):
            # Someone changed the same things at the same time: the next run has it.
            record.env.cr.rollback()
        except Exception:  # noqa: BLE001 - told by `failed`
            record.env.cr.rollback()
            failed()
            commit()


def lock_rows(records):
    """Take the row locks of records in the order of their ids, waiting for whoever has them."""
    if records:
        records.env.flush_all()
        records.env.cr.execute(
            SQL(
                "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )


def read_fresh(env, query):
    """Return the rows of a query as of now, not as of when this transaction began."""
    with env.registry.cursor() as fresh_cr:
        fresh_cr.execute(query)
        return fresh_cr.fetchall()


def figures(env, number):
    """Return a number as people of this language write it, with no more decimals than it has: “5,5”."""
    return f"{number:.15g}".replace(".", get_lang(env).decimal_point)


def say_day(env, date, lang=None, pattern="long"):
    """Say a date in full: “30 novembre 2026”, “1er décembre 2026”; empty for none.

    :param lang: code of a language; that of the environment by default
    :param pattern: how the day is written, as Babel has it
    """
    said = format_date(env, date, lang_code=lang, date_format=pattern)
    french = get_lang(env, lang).code.startswith("fr")
    return said.replace("1 ", "1er ", 1) if french and said.startswith("1 ") else said
