from . import card_revoke, charter_paper, erasure, proof_accept, proof_refuse
