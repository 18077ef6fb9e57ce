from . import books
from . import deferred_source
from . import account_move_validated
from . import fec_writer
