from . import (
    test_accountant,
    test_analytic_booking,
    test_deferred_booking,
    test_deferred_pack,
    test_down_payment,
    test_fee_account,
    test_pack_use,
    test_setup_due,
    test_shares,
    test_sources_many,
    test_tours_activity,
)
