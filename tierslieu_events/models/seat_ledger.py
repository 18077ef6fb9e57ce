"""Seats that run out, counted where no transaction can see an old number.

Odoo's transactions see the database as it was when they began: two of them
that count the seats left both find the last one free. Here a seat is claimed
in a transaction of its own, a few milliseconds long, that sees what is
committed now and makes the others of the same event wait for their turn.

A claim is alive while the transaction that made it is under way, or once what
it was made for is committed and stands. Whoever needs a seat and finds none
first drops the claims that are no longer alive. A process that is killed, a
sale that fails, a cart that is left give their seats back by themselves, then:
nobody has to clean up in time.
"""

from collections import Counter
from contextlib import contextmanager
from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

# How long a claim waits for its turn at an event: those before it take milliseconds each.
PATIENCE = "10s"
HERE = "tierslieu_seats_here"
DROPPED = "tierslieu_seats_dropped"
CLAIMED = "tierslieu_seats_claimed"
XID = "tierslieu_seats_xid"

# A registration that stands: it is confirmed, its order is, or its cart still lives.
STANDS = """
    r.active AND (
        r.state IN ('open', 'done')
        OR r.state = 'draft' AND (r.tierslieu_hold_until > %(now)s OR o.state = 'sale'))
"""
# A quota `q` that counts a registration `r`.
COVERS = """
    EXISTS (SELECT FROM tierslieu_event_quota_ticket_rel t
             WHERE t.quota_id = q.id AND t.ticket_id = r.event_ticket_id)
    AND (EXISTS (SELECT FROM tierslieu_event_quota_slot_rel s
                  WHERE s.quota_id = q.id AND s.slot_id = r.event_slot_id)
         OR NOT EXISTS (SELECT FROM tierslieu_event_quota_slot_rel s WHERE s.quota_id = q.id))
"""
# A claim `c` of a pool `p` whose registration stands, and is still of that pool.
SUPPORTED = f"""
    EXISTS (
        SELECT FROM event_registration r LEFT JOIN sale_order o ON o.id = r.sale_order_id
         WHERE r.tierslieu_seat_token = c.token AND {STANDS} AND r.event_id = p.event_id
           AND CASE p.kind
               WHEN 'event' THEN TRUE
               WHEN 'slot' THEN r.event_slot_id = p.slot_id
               WHEN 'ticket' THEN
                   r.event_ticket_id = p.ticket_id AND r.event_slot_id IS NOT DISTINCT FROM p.slot_id
               WHEN 'voucher' THEN r.tierslieu_voucher_id = p.voucher_id
               ELSE EXISTS (SELECT FROM tierslieu_event_quota q WHERE q.id = p.quota_id AND {COVERS})
               END)
"""  # noqa: S608 - our own SQL
# A claim `c` of another transaction, that was not over when this statement began. What became of it since is
# not looked at: a sale that ends meanwhile is neither seen to stand nor to be under way, and its seat is not free.
UNDER_WAY = """
    c.xid IS DISTINCT FROM %s
    AND COALESCE(NOT pg_visible_in_snapshot(c.xid::xid8, pg_current_snapshot()), FALSE)
    AND COALESCE(pg_xact_status(c.xid::xid8), '') != 'aborted'
"""


class Seat(NamedTuple):
    """A seat that is asked for: by whom, and of which event, slot, ticket and voucher (ids; 0: none)."""

    token: str
    event: int
    slot: int = 0
    ticket: int = 0
    voucher: int = 0


class Pool(NamedTuple):
    """What runs out: of a kind, and ids, 0 for what it is not about."""

    kind: str
    event: int
    slot: int = 0
    ticket: int = 0
    quota: int = 0
    voucher: int = 0

    @property
    def key(self):
        return " ".join(map(str, self))


class Full(Exception):
    """A pool has fewer seats left than were asked for."""

    def __init__(self, pool, left):
        super().__init__(pool, left)
        self.pool, self.left = pool, left


def reader(env, events):
    """Return a ledger that shows what is left, as the transaction of `env` sees it; it takes no turn."""
    env.flush_all()
    env.cr.execute("SELECT pg_current_xact_id_if_assigned()::text")
    [xid] = env.cr.fetchone()
    return Ledger(env.cr, sorted(set(events)), xid, apart=False)


@contextmanager
def turn(env, seats):
    """Yield a ledger in whose block nobody else counts the seats of these events.

    What is written in it is committed when the block ends, before and apart
    from the transaction of `env`; unless this transaction has made what the
    seats are of, or counts them already: nobody else does then.

    :param seats: what will be asked for
    """
    env.flush_all()
    known = env.cr.precommit.data
    if XID not in known:
        env.cr.execute("SELECT pg_current_xact_id()::text")
        [known[XID]] = env.cr.fetchone()
    xid, events = known[XID], sorted({seat.event for seat in seats})
    here, dropped = known.setdefault(HERE, set()), known.get(DROPPED, set())
    if here.isdisjoint(events):
        with env.registry.cursor() as cr:
            if cr.connection is not env.cr.connection:
                cr.execute(SQL("SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %s", PATIENCE))
                ledger = Ledger(cr, events, xid, apart=True, dropped=dropped)
                if ledger.sees(seats):
                    ledger.lock()
                    yield ledger
                    return
    here.update(events)
    ledger = Ledger(env.cr, events, xid, apart=False, dropped=dropped)
    ledger.lock()
    yield ledger


class Ledger:
    """The pools of some events and the claims on them, while they are ours to count.

    :param cr: where to count
    :param events: ids, in their order
    :param xid: of the transaction that asks, text
    :param apart: whether `cr` is of another transaction than the one that asks
    :param dropped: tokens that the one that asks had claimed and has given up
    """

    def __init__(self, cr, events, xid, apart, dropped=()):
        self.cr, self.events, self.xid, self.apart, self.dropped = cr, events, xid, apart, dropped
        self.now, self._limits = fields.Datetime.now(), None

    def _rows(self, query, *args, **kwargs):
        self.cr.execute(SQL(query, *args, **kwargs), log_exceptions=False)
        return self.cr.fetchall()

    # -- Whose turn it is

    def sees(self, seats):
        """Whether all that the seats are of is committed."""
        wanted = (
            ("event_event", {seat.event for seat in seats}),
            ("event_slot", {seat.slot for seat in seats} - {0}),
            ("event_event_ticket", {seat.ticket for seat in seats} - {0}),
        )
        counts = [
            SQL("(SELECT COUNT(*) FROM %s WHERE id IN %s) = %s", SQL.identifier(table), tuple(ids), len(ids))
            for table, ids in wanted if ids
        ]
        return self._rows("SELECT %s", SQL(" AND ").join(counts))[0][0]

    def lock(self):
        """Wait for our turn at each event, in the order of their ids."""
        if len(self._lock()) < len(self.events):
            self._make([Pool("event", event) for event in self.events])
            self._lock()

    def _lock(self):
        return self._rows(
            "SELECT event_id FROM tierslieu_seat_pool WHERE kind = 'event' AND event_id IN %s"
            " ORDER BY event_id FOR NO KEY UPDATE",
            tuple(self.events),
        )

    def _make(self, pools):
        """Make the pools that are not there yet."""
        if not pools:
            return
        self.cr.execute(
            SQL(
                "INSERT INTO tierslieu_seat_pool (key, kind, event_id, slot_id, ticket_id, quota_id, voucher_id, used)"
                " VALUES %s ON CONFLICT (key) DO NOTHING",
                SQL(", ").join(
                    SQL("%s", (pool.key, pool.kind, pool.event, *(part or None for part in pool[2:]), 0))
                    for pool in pools
                ),
            ),
            log_exceptions=False,
        )

    # -- What runs out

    def pools_of(self, seats):
        """Return {seat: [pool…]}: every pool that a seat is taken from."""
        quotas = self.limits()["quota"]
        found = {}
        for seat in seats:
            pools = [Pool("slot", seat.event, seat.slot) if seat.slot else Pool("event", seat.event)]
            if seat.ticket:
                pools.append(Pool("ticket", seat.event, seat.slot, seat.ticket))
                pools += (
                    Pool("quota", seat.event, quota=quota)
                    for quota, (_size, event, tickets, slots) in quotas.items()
                    if event == seat.event and seat.ticket in tickets and (not slots or seat.slot in slots)
                )
            if seat.voucher:
                pools.append(Pool("voucher", seat.event, voucher=seat.voucher))
            found[seat] = pools
        return found

    def limits(self):
        """Return, once read, {kind: {id: (size or None, …)}}: of events, tickets, quotas and vouchers.

        An event tells whether it has slots, a quota its event, tickets and slots, a voucher whether it keeps seats.
        """
        if self._limits is None:
            self._limits = {"event": {}, "ticket": {}, "quota": {}, "voucher": {}}
            for kind, record, size, event, flag, tickets, slots in self._rows(
                """SELECT 'event', id, CASE WHEN seats_limited AND seats_max > 0 THEN seats_max END, id,
                          is_multi_slots, NULL::int[], NULL::int[]
                     FROM event_event WHERE id IN %(events)s
                   UNION ALL SELECT 'ticket', id, seats_max, event_id, NULL, NULL, NULL
                     FROM event_event_ticket WHERE event_id IN %(events)s AND seats_max > 0
                   UNION ALL SELECT 'quota', id, size, event_id, NULL,
                          ARRAY(SELECT ticket_id FROM tierslieu_event_quota_ticket_rel WHERE quota_id = q.id),
                          ARRAY(SELECT slot_id FROM tierslieu_event_quota_slot_rel WHERE quota_id = q.id)
                     FROM tierslieu_event_quota q WHERE event_id IN %(events)s
                   UNION ALL SELECT 'voucher', id, uses, event_id,
                          keeps_seats AND active AND (valid_until IS NULL OR valid_until > %(now)s), NULL, NULL
                     FROM tierslieu_event_voucher WHERE event_id IN %(events)s""",
                events=tuple(self.events), now=self.now,
            ):
                parts = (event, set(tickets or ()), set(slots or ())) if kind == "quota" else (flag,)
                self._limits[kind][record] = (size, *parts)
        return self._limits

    def sizes(self, pools):
        """Return {pool: seats that it has in all}; those without a limit are left out."""
        limits = self.limits()
        nothing = (None, False)
        found = {}
        for pool in pools:
            if pool.kind in ("quota", "voucher", "ticket"):
                size = limits[pool.kind].get(getattr(pool, pool.kind), nothing)[0]
            else:
                # Of an event with slots, the limit is that of each of them.
                size, has_slots = limits["event"].get(pool.event, nothing)
                size = None if pool.kind == "event" and has_slots else size
            if size is not None:
                found[pool] = size
        return found

    def kept(self, own=(), counted=True):
        """Return {pool: seats that vouchers keep for who will use them}.

        :param own: ids of the vouchers that are being used: they keep their seats for just that
        :param counted: as the pools count, claims that are no longer alive included; False: as things are
        """
        if not any(keeps and voucher not in own for voucher, (_uses, keeps) in self.limits()["voucher"].items()):
            return Counter()
        vouchers = {
            Pool("voucher", event, voucher=voucher): (Seat("", event, slot or 0, ticket), uses - (used or 0), uses)
            for voucher, event, slot, ticket, uses, used in self._rows(
                """SELECT v.id, v.event_id, v.slot_id, v.ticket_id, v.uses, p.used
                     FROM tierslieu_event_voucher v LEFT JOIN tierslieu_seat_pool p ON p.voucher_id = v.id
                    WHERE v.event_id IN %s AND v.keeps_seats AND v.active
                      AND (v.valid_until IS NULL OR v.valid_until > %s)""",
                tuple(self.events), self.now,
            )
            if voucher not in own
        }
        taken = {} if counted or not vouchers else self.taken(vouchers)
        pools_of = self.pools_of({seat for seat, _left, _uses in vouchers.values()})
        found = Counter()
        for pool, (seat, left, uses) in vouchers.items():
            left = left if counted else uses - taken[pool][0]
            for kept in pools_of[seat]:
                found[kept] += max(left, 0)
        return found

    # -- Claims

    def take(self, seats):
        """Claim seats: all of them, or none.

        :raises Full: a pool has not enough of them
        """
        pools = self.pools_of(seats)
        every = sorted({pool for group in pools.values() for pool in group})
        ids, used = self._used(every)
        ours = set(self._rows(
            "SELECT token, pool_id FROM tierslieu_seat_claim WHERE token IN %s", tuple(seat.token for seat in seats)
        ))
        missing = Counter(
            pool for seat, group in pools.items() for pool in group if (seat.token, ids[pool]) not in ours
        )
        own = {seat.voucher for seat in seats}
        sizes, kept = self.sizes(every), self.kept(own)
        if any(used[pool] + kept[pool] + number > sizes[pool] for pool, number in missing.items() if pool in sizes):
            self.sweep({seat.token for seat in seats})
            _ids, used = self._used(every)
            kept = self.kept(own)
        for pool, number in missing.items():
            left = sizes[pool] - used[pool] - kept[pool] if pool in sizes else number
            if number > left:
                raise Full(pool, max(left, 0))
        self._write_claims(
            [(seat.token, ids[pool]) for seat, group in pools.items() for pool in group],
            {ids[pool]: number for pool, number in missing.items()},
        )

    def _used(self, pools):
        """Return ({pool: id}, {pool: seats claimed}); those that are not there yet are made."""
        rows = self._rows_of(pools)
        if len(rows) < len(pools):
            self._make([pool for pool in pools if pool.key not in rows])
            rows = self._rows_of(pools)
        return {pool: rows[pool.key][0] for pool in pools}, {pool: rows[pool.key][1] for pool in pools}

    def _rows_of(self, pools):
        return {
            key: (pool_id, used)
            for key, pool_id, used in self._rows(
                "SELECT key, id, used FROM tierslieu_seat_pool WHERE key IN %s", tuple(pool.key for pool in pools)
            )
        }

    def _write_claims(self, pairs, more):
        """Write claims; one that is there is ours again, whatever had become of it.

        :param pairs: [(token, id of a pool)]
        :param more: {id of a pool: how many of them are new}
        """
        insert = SQL(
            "INSERT INTO tierslieu_seat_claim (token, pool_id, xid, born_at) VALUES %s"
            " ON CONFLICT (token, pool_id) DO UPDATE SET xid = EXCLUDED.xid",
            SQL(", ").join(SQL("%s", (token, pool_id, self.xid, self.now)) for token, pool_id in pairs),
        )
        self.cr.execute(
            SQL(
                "WITH claims AS (%s) UPDATE tierslieu_seat_pool p SET used = p.used + m.number"
                " FROM (VALUES %s) m (id, number) WHERE p.id = m.id",
                insert, SQL(", ").join(SQL("%s", pair) for pair in more.items()),
            ) if more else insert
        )

    def sweep(self, keep=()):
        """Drop the claims of these events that are no longer alive; return how many.

        :param keep: tokens that are being claimed at this moment
        """
        alive = SQL("%s OR %s", SQL(SUPPORTED, now=self.now), SQL(UNDER_WAY, self.xid))
        if self.apart:
            # Ours stay too; but what we have given up again was never committed, and is free.
            alive = SQL(
                "%s OR c.xid = %s AND (c.token NOT IN %s OR EXISTS"
                " (SELECT FROM event_registration r WHERE r.tierslieu_seat_token = c.token))",
                alive, self.xid, tuple(self.dropped or [""]),
            )
        gone = self._rows(
            """WITH gone AS (
                   DELETE FROM tierslieu_seat_claim c USING tierslieu_seat_pool p
                    WHERE p.id = c.pool_id AND p.event_id IN %s AND c.token NOT IN %s AND NOT (%s)
                RETURNING c.pool_id),
               counts AS (SELECT pool_id, COUNT(*) AS number FROM gone GROUP BY pool_id)
               UPDATE tierslieu_seat_pool p SET used = p.used - counts.number
                 FROM counts WHERE counts.pool_id = p.id RETURNING counts.number""",
            tuple(self.events), tuple(keep or [""]), alive,
        )
        return sum(number for [number] in gone)

    def count_again(self):
        """Make the claims of these events what their registrations that stand need; return how many changed."""
        changed = self.sweep()
        standing = [
            Seat(token, event, slot or 0, ticket or 0, voucher or 0)
            for token, event, slot, ticket, voucher in self._rows(
                "SELECT r.tierslieu_seat_token, r.event_id, r.event_slot_id, r.event_ticket_id, r.tierslieu_voucher_id"
                "  FROM event_registration r LEFT JOIN sale_order o ON o.id = r.sale_order_id"
                " WHERE r.event_id IN %s AND %s",
                tuple(self.events), SQL(STANDS, now=self.now),
            )
        ]
        pools = self.pools_of(standing)
        every = sorted({pool for group in pools.values() for pool in group})
        if not every:
            return changed
        self._make(every)
        ids, _used = self._used(every)
        made = self._rows(
            "INSERT INTO tierslieu_seat_claim (token, pool_id, xid, born_at) VALUES %s"
            " ON CONFLICT (token, pool_id) DO NOTHING RETURNING pool_id",
            SQL(", ").join(
                SQL("%s", (seat.token, ids[pool], self.xid, self.now))
                for seat, group in pools.items() for pool in group
            ),
        )
        for pool_id, number in Counter(row[0] for row in made).items():
            self.cr.execute(SQL("UPDATE tierslieu_seat_pool SET used = used + %s WHERE id = %s", number, pool_id))
        return changed + len(made)

    def overfull(self):
        """Return [(pool, its size, seats taken or kept)] of the pools that have fewer seats than that."""
        pools = [
            Pool(kind, *(part or 0 for part in parts))
            for kind, *parts in self._rows(
                "SELECT kind, event_id, slot_id, ticket_id, quota_id, voucher_id FROM tierslieu_seat_pool"
                " WHERE event_id IN %s ORDER BY id",
                tuple(self.events),
            )
        ]
        kept = self.kept()
        self._make(kept)
        pools = list(dict.fromkeys([*pools, *kept]))
        _ids, used = self._used(pools)
        taken = {pool: used[pool] + kept[pool] for pool in pools}
        return [(pool, size, taken[pool]) for pool, size in self.sizes(pools).items() if taken[pool] > size]

    # -- What is left, to be shown

    def left(self, seats, without=()):
        """Return {seat: (seats left, how many of those taken are only held)}; None left: no limit.

        Counts what is alive, as the transaction that asks sees it; claims nothing.

        :param without: tokens that do not count
        """
        pools = self.pools_of(seats)
        every = sorted({pool for group in pools.values() for pool in group})
        sizes = self.sizes(every)
        if not sizes:
            return dict.fromkeys(seats, (None, 0))
        taken, kept = self.taken(sizes, without), self.kept({seat.voucher for seat in seats}, counted=False)
        found = {}
        for seat, group in pools.items():
            tight = [
                (max(sizes[pool] - taken[pool][0] - kept[pool], 0), taken[pool][1] + kept[pool])
                for pool in group if pool in sizes
            ]
            found[seat] = min(tight, default=(None, 0), key=lambda pair: pair[0])
        return found

    def taken(self, pools, without=()):
        """Return {pool: (seats that are taken, how many of them are only held)}."""
        rows = {
            key: (alive, alive - sold)
            for key, alive, sold in self._rows(
                """SELECT p.key, COUNT(*) FILTER (WHERE %(alive)s OR %(under_way)s),
                          COUNT(*) FILTER (WHERE %(alive)s AND EXISTS (
                              SELECT FROM event_registration r
                               WHERE r.tierslieu_seat_token = c.token AND r.active AND r.state IN ('open', 'done')))
                     FROM tierslieu_seat_pool p JOIN tierslieu_seat_claim c ON c.pool_id = p.id
                    WHERE p.key IN %(keys)s AND c.token NOT IN %(without)s
                    GROUP BY p.key""",
                alive=SQL(SUPPORTED, now=self.now), under_way=SQL(UNDER_WAY, self.xid),
                keys=tuple(pool.key for pool in pools), without=tuple(without or [""]),
            )
        }
        return {pool: rows.get(pool.key, (0, 0)) for pool in pools}
