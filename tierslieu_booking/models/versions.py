"""Know in one query that nothing has changed, to use again what was worked out from it."""

from odoo.tools import SQL


def version_of(env, tables):
    """Return a word that changes whenever one of some rows does, as this transaction sees them.

    It is made of the version that PostgreSQL gives each row: whatever another
    process has committed, or this one written, is another word. Flush first.

    :param tables: {name of a table: SQL condition on its rows}
    """
    rows = SQL(" UNION ALL ").join(
        SQL(
            "SELECT %s || ctid::text || xmin::text AS row FROM %s WHERE %s",
            table, SQL.identifier(table), which,
        )
        for table, which in tables.items()
    )
    [(version,)] = env.execute_query(
        SQL("SELECT md5(string_agg(row, ' ' ORDER BY row)) FROM (%s) AS said", rows)
    )
    return version
