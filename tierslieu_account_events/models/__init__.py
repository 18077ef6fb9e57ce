from . import analytic_events
