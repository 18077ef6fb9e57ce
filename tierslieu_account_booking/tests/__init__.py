from . import test_analytic_booking
