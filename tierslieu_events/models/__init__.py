from . import (
    event_event,
    event_registration,
    event_slot,
    event_ticket,
    integrity,
    payment_transaction,
    quota,
    sale_order,
    seat_claim,
    seat_pool,
    voucher,
)
