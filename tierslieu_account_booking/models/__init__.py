from . import (
    analytic_booking,
    booking_fee,
    booking_private,
    books_checks,
    credit_lot_invoices,
    credit_use,
    deferred_booking,
    deferred_line,
    deferred_pack,
    pack_check,
    pack_sale,
    pack_use,
    pack_use_entry,
    pack_voucher,
    res_company,
    res_config_settings,
    setup_due,
)
from . import booking_fee
from . import booking_private
from . import books_checks
from . import credit_lot_invoices
from . import down_payment
from . import res_company
from . import res_config_settings
