"""The kernel that prices bookings against its oracle, on ten times the cases of the suite: ./setup/test --full."""

from tierslieu_setup.progress import say

from odoo.addons.tierslieu_booking.tests.cover_compare import Tally
from odoo.addons.tierslieu_booking.tests.test_cover_oracle import CASES

FIRST = 1_000_000  # far from the seeds of the suite


def test_kernel_is_the_oracle(capfd):
    tally = Tally(range(FIRST, FIRST + 10 * CASES))
    with capfd.disabled():
        say(f"\n  {tally}")
    assert not tally.differences[:5]
    assert tally.families.total() == 20_000
    assert 0 not in tally.families.values()
    assert 0 not in tally.features.values()
