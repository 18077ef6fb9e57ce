from . import programme, proposal, seat, seats
