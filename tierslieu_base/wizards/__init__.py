from . import proof_accept, proof_refuse
from . import card_revoke, charter_paper, erasure
