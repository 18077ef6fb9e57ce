from . import proof_accept, proof_refuse
