from . import analytic_booking
