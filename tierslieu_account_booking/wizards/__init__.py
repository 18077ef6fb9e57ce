from . import credit_pack, pack_use
