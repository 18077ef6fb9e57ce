from . import test_deferred_ticket
