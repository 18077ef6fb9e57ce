from . import document, french
