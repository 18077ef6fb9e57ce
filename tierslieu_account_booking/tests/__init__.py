from . import test_deferred_booking
from . import test_deferred_pack
from . import test_shares
