from . import books
from . import deferred_source
