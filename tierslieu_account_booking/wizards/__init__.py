from . import credit_pack
from . import pack_use
