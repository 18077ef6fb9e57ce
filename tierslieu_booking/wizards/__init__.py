from . import collect, walk_in
