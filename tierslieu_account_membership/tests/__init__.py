from . import (
    test_accountant,
    test_analytic_membership,
    test_caution_keep,
    test_deferred_adhesion,
    test_deferred_subscription,
    test_year,
)
