from . import event_event, event_registration, event_ticket, integrity, quota, sale_order, seat_claim, seat_pool
