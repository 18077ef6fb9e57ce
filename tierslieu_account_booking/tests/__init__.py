from . import test_setup_due
from . import test_deferred_booking
from . import test_deferred_pack
from . import test_pack_use
from . import test_shares
from . import test_sources_many
from . import test_analytic_booking
