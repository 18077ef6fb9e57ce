from . import call_off, door_sale, seat_cancel
