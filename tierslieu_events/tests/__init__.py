from . import (
    test_call_off,
    test_door,
    test_event_room,
    test_fares,
    test_programme,
    test_proposal,
    test_seat_cancel,
    test_seat_matrix,
    test_seat_pages,
    test_seat_races,
    test_seats,
    test_seats_pages,
)
