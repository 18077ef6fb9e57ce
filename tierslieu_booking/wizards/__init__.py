from . import collect, credit, walk_in
