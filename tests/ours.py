"""What is ours in a running Odoo, read from Odoo itself: a sweep that asks here cannot forget what is new."""

import re
import threading
from unittest.mock import patch

from tierslieu_setup.addons import addons_of
from tierslieu_setup.home import CLONE

OURS = frozenset(addons_of(CLONE))


def is_ours(cls):
    """Tell whether a class is defined in one of our addons."""
    parts = cls.__module__.split(".")
    return parts[:2] == ["odoo", "addons"] and parts[2] in OURS


def routing_map(env):
    """Return Odoo's map of routes; it is made for the database that the thread serves."""
    with patch.object(threading.current_thread(), "dbname", env.cr.dbname, create=True):
        return env["ir.http"].routing_map()


def routes(env):
    """Return {rule: endpoint} of what a controller of ours answers, overrides of others' routes included."""
    found = {}
    for rule in routing_map(env).iter_rules():
        method = rule.endpoint.func
        if any(is_ours(cls) and method.__name__ in cls.__dict__ for cls in type(method.__self__).__mro__):
            found[rule.rule] = rule.endpoint
    return found


def rule_of(env, address, method="GET"):
    """Return the rule that answers an address."""
    path = address.partition("?")[0]
    adapter = routing_map(env).bind("localhost")
    return adapter.match(path, method=method, return_rule=True)[0].rule


def arguments_of(rule):
    """Return the names of what varies in a rule: ["booking_id"] for /my/bookings/<int:booking_id>."""
    return re.findall(r"<(?:[^:>]*:)?(\w+)>", rule)


def fill(rule, values):
    """Return the address of a rule with values in the place of what varies."""
    return re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda match: str(values[match[1]]), rule)


def models(env):
    """Return the names of the models that our addons define and that hold records."""
    return sorted(
        name
        for name, model in env.registry.items()
        if model._original_module in OURS and not model._abstract
    )


def records_of(env, model):
    """Return the records of a model (groups, actions…) that our addons brought."""
    data = env["ir.model.data"].sudo().search([("model", "=", model), ("module", "in", list(OURS))])
    return env[model].sudo().browse(data.mapped("res_id")).exists()
