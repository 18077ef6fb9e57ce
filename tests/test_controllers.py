"""Controllers that do not know each other do not take each other's methods.

Odoo makes one class of all those that extend the same one, in the order of the
addons: a helper of one hides the helper of the same name of another.
"""

import ast
from collections import defaultdict

from tierslieu_setup.addons import addons_of
from tierslieu_setup.home import CLONE


def controllers(clone):
    """Return {name: class definition} of the controllers of all addons."""
    return {
        node.name: node
        for addon in sorted(addons_of(clone))
        for path in sorted((clone / addon / "controllers").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }


def lineage(name, known):
    """Return a class and all those of ours that it extends, and Odoo's own at the top."""
    if name not in known:
        return {name}
    bases = (base.attr if isinstance(base, ast.Attribute) else base.id for base in known[name].bases)
    return {name}.union(*(lineage(base, known) for base in bases))


def extends(method):
    """Tell whether a method calls the one that it overrides."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in ast.walk(method)
    )


def clashes(known):
    """Return what hides a method of a class that it does not know."""
    tops = {name: lineage(name, known) - set(known) - {"Controller"} for name in known}
    methods = defaultdict(list)
    for name, node in known.items():
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and not extends(method):
                methods[method.name].append(name)
    return [
        f"{method} of {one} and of {other}"
        for method, names in methods.items()
        for nth, one in enumerate(names)
        for other in names[nth + 1:]
        if tops[one] & tops[other] and one not in lineage(other, known) and other not in lineage(one, known)
    ]


def test_nothing_is_hidden():
    known = controllers(CLONE)
    assert len(known) > 10
    assert clashes(known) == []


def test_control_two_that_do_not_know_each_other():
    source = """
class One(CustomerPortal):
    def _own(self): pass
class Other(portal.CustomerPortal):
    def _own(self): pass
class Heir(One):
    def _own(self): pass
class Polite(CustomerPortal):
    def _own(self): return super()._own()
"""
    known = {node.name: node for node in ast.parse(source).body}
    assert clashes(known) == ["_own of One and of Other", "_own of Other and of Heir"]
