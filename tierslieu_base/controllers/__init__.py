from . import fare, proof
