from . import test_accountant
from . import test_down_payment
from . import test_fee_account
