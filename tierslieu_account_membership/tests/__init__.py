from . import test_analytic_membership
