from . import test_analytic_events
