from . import test_event_month, test_le_quai
