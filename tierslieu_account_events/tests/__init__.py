from . import test_accountant, test_analytic_events, test_deferred_ticket, test_event_gift
