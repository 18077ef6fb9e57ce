from . import test_analytic_booking
from . import test_tours_activity
