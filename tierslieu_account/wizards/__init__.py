from . import fec_official
from . import books_assistant
from . import rent_statement
