from datetime import datetime

from freezegun import freeze_time

from .common import TierslieuCase

NOW = datetime(2027, 1, 11, 9, 0)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAGA8kY7AwAAAABJRU5ErkJggg=="


class RetentionCase(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["tierslieu.charter"].search([]).active = False
        cls.Retention = cls.env["tierslieu.retention"]
        cls.Rule = cls.env["tierslieu.retention.rule"]
        cls.Request = cls.env["tierslieu.data.request"]
        cls.alix = cls.member.partner_id
        charter = cls.env["tierslieu.charter"].create({"name": "Charte"})
        cls.version = cls.env["tierslieu.charter.version"].create(
            {"charter_id": charter.id, "body": "<p>On range.</p>"}
        )
        cls.version.action_publish()
        cls.acceptance = cls.env["tierslieu.charter.acceptance"]._accept(cls.alix, cls.version, "portal")

    def rule(self, key):
        self.Rule._refresh()
        return self.Rule.search([("key", "=", key)])

    def run_night(self):
        self.env.flush_all()
        self.env.ref("tierslieu_base.cron_retention").method_direct_trigger()
        self.env.invalidate_all()
