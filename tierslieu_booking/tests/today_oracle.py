"""The tiles of a day in plain SQL, written from what the screen promises and not from its code."""

TILES = ("late", "expected", "here", "leaving", "rooms", "unpaid", "lapsed", "gone", "to_approve")
DAY = """
    WITH day AS (
        SELECT (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS date
    ), bounds AS (
        SELECT date::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' AS dawn,
               (date + 1)::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' AS dusk
          FROM day
    ), booking AS (
        SELECT b.*, s.kind, b.start < dusk AND b.stop > dawn AS is_today, b.start < dusk AS begun
          FROM tierslieu_booking b JOIN tierslieu_space s ON s.id = b.space_id
          JOIN tierslieu_place p ON p.id = s.place_id, bounds
         WHERE p.id = %(place)s
    ), invoiced AS (
        SELECT l.tierslieu_booking_id AS id,
               BOOL_AND(m.payment_state IN ('paid', 'in_payment', 'reversed')) AS paid
          FROM sale_order_line l
          JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
          JOIN account_move_line a ON a.id = r.invoice_line_id
          JOIN account_move m ON m.id = a.move_id AND m.state = 'posted'
         WHERE l.tierslieu_booking_id IS NOT NULL GROUP BY 1
    )
    SELECT b.id FROM booking b LEFT JOIN invoiced i ON i.id = b.id WHERE
"""
WHICH = {
    "late": "is_today AND state = 'confirmed' AND start <= %(now)s::timestamp - '15 min'::interval",
    "expected": "is_today AND state = 'confirmed' AND start > %(now)s::timestamp - '15 min'::interval",
    "here": "begun AND state = 'in_use'",
    "leaving": "begun AND state = 'in_use' AND stop <= %(now)s::timestamp + '1 hour'::interval",
    "rooms": """is_today AND state = 'confirmed' AND start > %(now)s::timestamp - '15 min'::interval
                AND kind IN ('meeting', 'hall', 'kitchen') AND set_up_at IS NULL""",
    "unpaid": """(is_today AND state IN ('confirmed', 'in_use', 'done', 'no_show')
                 OR begun AND state = 'in_use')
                 AND amount_total > 0 AND i.paid IS NOT TRUE""",
    "lapsed": """is_today AND (state IN ('expired', 'cancelled')
                 OR state = 'hold' AND hold_until <= %(now)s::timestamp)""",
    "gone": "is_today AND state IN ('done', 'no_show')",
    "to_approve": "state = 'hold' AND approval = 'asked'",
}


def ask(env, tile, place_id, zone, now):
    """Return the ids of the bookings that a tile counts at a moment (naive UTC)."""
    env.flush_all()
    env.cr.execute(DAY + WHICH[tile], {"place": place_id, "zone": zone, "now": now})
    return {row[0] for row in env.cr.fetchall()}
