from . import rent_statement
