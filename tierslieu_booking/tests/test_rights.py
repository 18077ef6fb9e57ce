from odoo.tests import tagged

from .common import BookingCase

READ, EDIT, ADD, DROP = "read", "write", "create", "unlink"
NOTHING, ALL = set(), {READ, EDIT, ADD, DROP}
# model: what a host and a manager may do; nobody else may do anything.
GRANTS = {
    "tierslieu.occupancy": ({READ, EDIT, ADD}, ALL),
    "tierslieu.rate": ({READ}, ALL),
    "tierslieu.approval.refusal": (ALL, ALL),
    "tierslieu.booking": (ALL, ALL),  # deleting is for drafts: the model says so
    "tierslieu.booking.cancel": (ALL, ALL),
    "tierslieu.booking.change": ({READ}, {READ}),
    "tierslieu.booking.extra": (ALL, ALL),  # of drafts: the model says so
    "tierslieu.booking.line": ({READ}, {READ}),
    "tierslieu.cancellation.choice": ({READ}, ALL),
    "tierslieu.cancellation.policy": ({READ}, ALL),
    "tierslieu.cancellation.step": ({READ}, ALL),
    "tierslieu.credit.gift": (ALL, ALL),
    "tierslieu.credit.lot": ({READ, EDIT}, {READ, EDIT}),  # what counts is guarded by the model
    "tierslieu.credit.move": ({READ}, {READ}),
    "tierslieu.credit.pack": (NOTHING, ALL),
    "tierslieu.credit.sale": (ALL, ALL),
    "tierslieu.credit.transfer": (ALL, ALL),
    "tierslieu.credit.type": ({READ}, ALL),
    "tierslieu.credit.value": ({READ}, ALL),
    "tierslieu.day.hours": (NOTHING, {READ}),
    "tierslieu.extra": ({READ}, ALL),
    "tierslieu.figures.booking": (NOTHING, {READ}),
    "tierslieu.figures.occupancy": (NOTHING, {READ}),
    "tierslieu.figures.revenue": (NOTHING, {READ}),
    "tierslieu.month": (NOTHING, {READ}),
    "tierslieu.habilitation": ({READ, EDIT, ADD}, {READ, EDIT, ADD}),
    "tierslieu.habilitation.kind": ({READ}, ALL),
    "tierslieu.handover": ({READ, EDIT, ADD}, ALL),
    "tierslieu.quota": ({READ}, ALL),
    "tierslieu.quota.turn": (NOTHING, NOTHING),
    "tierslieu.refund": ({READ}, {READ}),
    "tierslieu.walk.in": (ALL, ALL),
    "tierslieu.collect": (ALL, ALL),
}


# What every employee may read: whoever keeps the articles says which credits a pack grants.
OPEN = {"tierslieu.credit.type": {READ}}


@tagged("post_install", "-at_install")
class TestRights(BookingCase):
    def granted(self, user, model):
        records = self.env[model].with_user(user)
        return {operation for operation in ALL if records.has_access(operation)}

    def test_who_may_do_what(self):
        for model, (host, manager) in GRANTS.items():
            for user, expected in (
                (self.host, host),
                (self.manager, manager),
                (self.member, NOTHING),
                (self.visitor, NOTHING),
                (self.employee, OPEN.get(model, NOTHING)),
            ):
                with self.subTest(model=model, user=user.name):
                    self.assertEqual(self.granted(user, model), expected)

    def test_every_model_of_the_addon_is_in_the_table(self):
        ours = self.env["ir.model.data"].search(
            [("module", "=", "tierslieu_booking"), ("model", "=", "ir.model")]
        )
        models = self.env["ir.model"].browse(ours.mapped("res_id"))
        own = {
            model.model
            for model in models
            if model.model.startswith("tierslieu.") and not model.abstract
        }
        own = {m for m in own if self.env[m]._original_module == "tierslieu_booking"}
        self.assertEqual(own, set(GRANTS))
