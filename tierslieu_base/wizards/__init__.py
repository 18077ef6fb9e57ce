from . import card_revoke, charter_paper, erasure
