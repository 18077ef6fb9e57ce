from . import credit_pack, down_payment, pack_use
