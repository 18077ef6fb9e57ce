import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .sources_oracle import days_of, local_day, pack_deferred, slot_deferred
from .test_deferred_pack import LATER, PackSourceCase

CLOSINGS = (date(2026, 12, 31), date(2027, 12, 31))
MANY, FEW = 2000, 300
PARIS = "Europe/Paris"
# Hundredths of a credit in a pack.
WHOLE = 1000


def utc(local, zone):
    """Return a wall clock as naive UTC."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


class ManyCase(PackSourceCase):
    """Documents by the thousand, around two closings, beside what they say when they are read one by one."""

    def a_start(self, rng):
        """Return a wall clock: half of the time within some hours of a closing."""
        if rng.random() < 0.5:
            return datetime.combine(rng.choice(CLOSINGS), time()) + timedelta(
                minutes=30 * rng.randrange(-100, 160)
            )
        return datetime(2026, 7, 1) + timedelta(minutes=30 * rng.randrange(48 * 700))

    def a_date(self, rng, around):
        """Return the date of a document: before a day as a rule, sometimes after it, sometimes a closing."""
        if rng.random() < 0.2:
            return rng.choice(CLOSINGS) + timedelta(days=rng.randrange(2))
        return around - timedelta(days=rng.randrange(-20, 200))

    def cents(self, rng):
        return rng.choice((1, 5, 1000, 9999, rng.randrange(1, 60000), rng.randrange(1, 60000)))

    def assertSame(self, found, expected, words):
        wrong = [
            (key, found.get(key), expected.get(key))
            for key in sorted(found | expected) if found.get(key, 0) != expected.get(key, 0)
        ]
        self.assertFalse(wrong, f"{words}: {len(wrong)} of {len(expected)}; id, found, expected: {wrong[:5]}")

    def in_cents(self, found):
        return {key: int(value * 100) for key, value in found.items()}

    # -- Bookings

    def make_bookings(self, number, seed):
        """Make bookings and their documents; return {id: (documents, days, earned on)}."""
        rng = random.Random(seed)
        booking = self.reserve(self.room, self.at(LATER, 10), 2)
        self.paid(booking)
        self.template = booking.invoice_ids
        line = booking.sale_line_ids
        zones = {self.place.id: PARIS}
        for zone in ("America/Martinique", "Pacific/Auckland"):
            zones[self.clone(self.place, [{"tz": zone, "analytic_account_id": None}])[0]] = zone
        copies, told = [], []
        for _nth in range(number):
            place, zone = rng.choice(list(zones.items()))
            start = utc(self.a_start(rng), zone)
            stop = start + timedelta(minutes=rng.choice((30, 60, 480, 24 * 60, rng.randrange(1, 6 * 48) * 30)))
            first, fee_at = local_day(start, zone), None
            if rng.random() < 0.15:
                fee_at = min(start, utc(datetime.combine(self.a_date(rng, first), time()), zone))
            copies.append(
                {"start": start, "stop": stop, "place_id": place, "fee_at": fee_at,
                 "state": "cancelled" if fee_at else "confirmed"}
            )
            earned_on = fee_at and local_day(fee_at, PARIS)
            told.append((self.documents_of(rng, first), days_of(start, stop, zone), earned_on))
        ids = self.clone(booking, copies)
        sold = self.clone(line, [{"tierslieu_booking_id": key} for key in ids])
        self.charge(
            [(key, day, cents, 1) for key, of in zip(sold, told, strict=True) for day, cents in of[0]]
        )
        return dict(zip(ids, told, strict=True))

    def documents_of(self, rng, first):
        """Return [(date, cents)]: an invoice, and maybe credit notes and complements after it."""
        day, cents = self.a_date(rng, first), self.cents(rng)
        documents, left = [(day, cents)], cents
        while rng.random() < 0.4:
            day += timedelta(days=rng.randrange(40))
            if left > 0 and rng.random() < 0.7:
                back = left if rng.random() < 0.5 else rng.randrange(1, left + 1)
                documents.append((day, -back))
                left -= back
            else:
                documents.append((day, more := self.cents(rng)))
                left += more
        return documents

    def try_bookings(self, number, seed):
        told = self.make_bookings(number, seed)
        sums = []
        for closing in CLOSINGS:
            expected = {key: slot_deferred(*of[:2], closing, of[2]) for key, of in told.items()}
            found = self.in_cents(self.by_record("booking", closing))
            found = {key: value for key, value in found.items() if key in told}
            self.assertSame(found, {key: cents for key, cents in expected.items() if cents}, closing)
            self.assertGreater(len([1 for cents in expected.values() if cents]), number // 20)
            sums.append(sum(expected.values()))
        return sums

    # -- Packs

    def make_packs(self, number, seed):
        """Make packs, their documents and their ledgers; return {id: (documents, credits bought, ledgers)}."""
        rng = random.Random(seed)
        lot = self.sell()
        booking = self.use(1, 1)
        # It is over before the second closing: only its copies count.
        lot.sudo().valid_until = date(2027, 6, 30)
        use, grant = booking.credit_move_ids, lot.move_ids.filtered(lambda move: move.kind == "grant")
        self.template = lot.sale_line_id.invoice_lines.move_id
        stories = [
            PackStory(rng, self.a_date(rng, rng.choice(CLOSINGS)), self.cents(rng)) for _nth in range(number)
        ]
        sold = self.clone(lot.sale_line_id, [{"sequence": 1}] * number)
        lots = [[] for _story in stories]
        for rank in range(max(len(story.sources) for story in stories)):
            those = [nth for nth, story in enumerate(stories) if len(story.sources) > rank]
            copies = []
            for nth in those:
                source, last = stories[nth].sources[rank], stories[nth].last
                copies.append(
                    {
                        "sale_line_id": None if rank else sold[nth], "origin": "transfer" if rank else "pack",
                        "source_id": lots[nth][source] if rank else None, "valid_from": "2020-01-01",
                        "valid_until": last, "last_day": last, "balance": 0,
                    }
                )
            for nth, key in zip(those, self.clone(lot, copies), strict=True):
                lots[nth].append(key)
        documents = [
            (sold[nth], day, cents, 1) for nth, story in enumerate(stories) for day, cents in story.documents
        ]
        lines = iter(self.charge(documents))
        notes = [[next(lines) for _document in story.documents] for story in stories]
        written = [(nth, *move) for nth, story in enumerate(stories) for move in story.written]
        slots = iter(
            self.clone(booking, [{"start": move[5][0], "stop": move[5][1]} for move in written if move[5]])
        )
        moves = [
            {
                "lot_id": lots[nth][rank], "kind": kind, "amount": Decimal(hundredths) / 100,
                "booking_id": next(slots) if slot else None,
                "date": utc(datetime.combine(day, time(rng.randrange(24))), PARIS),
                "invoice_line_id": None if note is None else notes[nth][note],
            }
            for nth, rank, kind, hundredths, day, slot, note in written
        ]
        self.clone(use, [move for move in moves if move["booking_id"]])
        self.clone(grant, [move for move in moves if not move["booking_id"]])
        return {ids[0]: story for ids, story in zip(lots, stories, strict=True)}

    def try_packs(self, number, seed):
        told = self.make_packs(number, seed)
        sums = []
        for closing in CLOSINGS:
            expected = {key: story.deferred(closing) for key, story in told.items()}
            found = self.in_cents(self.by_record("pack", closing))
            self.assertSame({key: value for key, value in found.items() if key in told}, expected, closing)
            self.assertGreater(len([1 for cents in expected.values() if cents]), number // 20)
            sums.append(sum(expected.values()))
        return sums


class PackStory:
    """What becomes of a pack of ten credits, day after day, until it is over."""

    def __init__(self, rng, sold, cents):
        self.rng, self.sold, self.cents = rng, sold, cents
        self.documents = [(sold, cents)]
        self.last = rng.choice((None, sold + timedelta(days=364), sold + timedelta(days=rng.randrange(20, 300)),
                                max(rng.choice(CLOSINGS), sold)))
        # Of each lot: which it was handed over from, what is left, the moves that count.
        self.sources, self.left, self.ledgers = [None], [WHOLE], [[]]
        self.bought, self.written = [(sold, WHOLE)], []
        self.write(0, "grant", WHOLE, sold)
        for day in sorted(sold + timedelta(days=rng.randrange(330)) for _act in range(rng.randrange(9))):
            if not self.last or day <= self.last:
                self.act(day)

    def write(self, nth, kind, amount, day, slot=None, note=None, counts=None):  # pylint: disable=method-required-super
        self.written.append((nth, kind, amount, day, slot, note))
        self.ledgers[nth].append((counts or day, amount))

    def act(self, day):
        rng = self.rng
        nth = rng.randrange(len(self.left))
        amount = min(self.left[nth], 50 * rng.randrange(1, 7))
        act = rng.random()
        if not amount:
            return
        if act < 0.6:
            self.use(nth, amount, day)
        elif act < 0.75:
            self.sources.append(nth)
            self.left[nth] -= amount
            self.left.append(amount)
            self.ledgers.append([])
            self.write(nth, "transfer", -amount, day)
            self.write(len(self.left) - 1, "transfer", amount, day)
        elif act < 0.85:
            self.left[nth] -= amount
            self.write(nth, "expire", -amount, day)
        elif nth == 0 and (back := round(self.cents * amount / WHOLE)):
            self.left[0] -= amount
            self.documents.append((day, -back))
            self.bought.append((day, -amount))
            self.write(0, "refund", -amount, day, note=len(self.documents) - 1)

    def use(self, nth, amount, day):
        """Book a slot some time before it, and maybe give it up, with a fee or without."""
        rng = self.rng
        start = utc(datetime.combine(day, time()) + timedelta(minutes=30 * rng.randrange(47)), PARIS)
        slot = start, start + timedelta(minutes=30)
        booked = max(self.sold, day - timedelta(days=rng.randrange(60)))
        self.write(nth, "consume", -amount, booked, slot, counts=day)
        self.left[nth] -= amount
        if rng.random() < 0.3:
            given_up = booked + (day - booked) // 2
            self.write(nth, "return", amount, given_up, slot, counts=day)
            fee = 25 * rng.randrange(amount // 25 + 1)
            if fee:
                self.write(nth, "fee", -fee, given_up, slot)
            self.left[nth] += amount - fee

    def deferred(self, closing):
        bought = sum(hundredths for day, hundredths in self.bought if day <= closing)
        ledgers = [(self.last, moves) for moves in self.ledgers]
        return pack_deferred(self.documents, bought, ledgers, closing)


@tagged("post_install", "-at_install")
class TestSourcesMany(ManyCase):
    """Two years closed one after the other: each document is what its days say, and 487 is their sum."""

    def test_bookings(self):
        self.try_bookings(FEW, 1)

    def test_packs(self):
        self.try_packs(FEW, 2)

    @heavy
    def test_bookings_by_the_thousand(self):
        self.try_bookings(MANY, 3)

    @heavy
    def test_packs_by_the_thousand(self):
        self.try_packs(MANY, 4)

    def test_both_years_closed(self):
        """What is on 487 at the end of each year is what raw documents say; closed again, nothing changes."""
        before = self.balance("487000", CLOSINGS[1])
        sums = [
            sum(pair) for pair in zip(self.try_bookings(FEW // 3, 5), self.try_packs(FEW // 3, 6), strict=True)
        ]
        runs = [self.close(closing) for closing in CLOSINGS]
        for closing, cents in zip(CLOSINGS, sums, strict=True):
            self.assertEqual(self.balance("487000", closing) - before, Decimal(cents) / 100)
            self.assertEqual(self.balance("487000", closing + timedelta(days=1)), before)
        entries = [run.move_ids.line_ids.ids for run in runs]
        for run in runs:
            run.action_prepare()
        self.assertEqual([run.move_ids.line_ids.ids for run in runs], entries)
