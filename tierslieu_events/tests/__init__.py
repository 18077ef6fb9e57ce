from . import test_event_room, test_fares, test_seat_matrix, test_seat_races, test_seats, test_seats_pages
