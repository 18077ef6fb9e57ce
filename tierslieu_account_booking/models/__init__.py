from . import credit_use
from . import deferred_booking
from . import deferred_line
from . import deferred_pack
from . import pack_sale
