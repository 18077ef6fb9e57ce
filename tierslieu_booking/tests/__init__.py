from . import (
    test_booking,
    test_claims,
    test_clock,
    test_cover,
    test_http_races,
    test_money,
    test_occupancy,
    test_races,
    test_space,
)
