from . import booking_fee
from . import booking_private
from . import books_checks
from . import credit_lot_invoices
from . import down_payment
from . import res_company
from . import res_config_settings
