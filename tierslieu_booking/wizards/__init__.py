from . import (
    approval,
    booking_cancel,
    cash_desk,
    collect,
    credit,
    credit_pack,
    credit_sale,
    walk_in,
    walk_in_extras,
)
