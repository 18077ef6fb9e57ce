from . import credit_use
from . import deferred_ticket
