"""How long a call takes, how many queries it asks, and how many rows the database reads for them."""

import contextlib
import gc
import statistics
import time
from unittest.mock import patch

OCCUPANCIES = ("tierslieu_occupancy",)


def seconds_of(env, call, runs):
    """Return the median duration of a call, nothing remembered from one run to the next."""
    durations = []
    gc.collect()
    gc.disable()
    try:
        for _run in range(runs):
            env.invalidate_all()
            begun = time.perf_counter()
            call()
            durations.append(time.perf_counter() - begun)
    finally:
        gc.enable()
    return statistics.median(durations)


def queries_of(env, call):
    """Return how many queries a call asks, nothing remembered."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    call()
    return env.cr.sql_log_count - before


@contextlib.contextmanager
def statements(cr):
    """Give the list where the statements that a cursor executes are kept, values included."""
    kept = []
    execute = type(cr).execute

    def spy(cursor, *arguments, **options):
        result = execute(cursor, *arguments, **options)
        kept.append(cursor._obj.query.decode())
        return result

    with patch.object(type(cr), "execute", spy):
        yield kept


def rows_read_for(env, call, tables=OCCUPANCIES):
    """Return how many rows of some tables, and entries of their indexes, the database reads for a call.

    Unlike a duration it is the same at every run.
    """
    env.flush_all()
    env.invalidate_all()
    with statements(env.cr) as asked:
        call()
        env.flush_all()
    total = 0
    for statement in asked:
        if statement.lstrip().upper().startswith("SELECT") and any(table in statement for table in tables):
            env.cr.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.replace('%', '%%')}", [])
            total += rows_read(env.cr.fetchone()[0][0]["Plan"], tables)
    return total


def rows_read(plan, tables):
    """Return how many rows the scans of a plan look at, those they throw away included."""
    read = sum(rows_read(part, tables) for part in plan.get("Plans", ()))
    index = plan.get("Index Name", "")
    if plan.get("Relation Name") in tables or any(index.startswith(table) for table in tables):
        removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        read += (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return read
