from . import test_accountant
from . import test_event_gift
