from odoo.tests import TransactionCase, new_test_user


class TierslieuCase(TransactionCase):
    """The people of a place, each with a login: `host`, `manager`, `member`…"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, groups, **vals):
            return new_test_user(
                cls.env, login, groups=groups, email=f"{login}@lequai.example", lang="en_US", **vals
            )

        cls.host = user("hote", "tierslieu_base.group_host", name="Sami Hôte")
        cls.manager = user("gerante", "tierslieu_base.group_manager", name="Camille Gérante")
        cls.member = user("membre@lequai.example", "base.group_portal", name="Alix Membre")
        cls.member.email = cls.member.login
        cls.other_member = user("autre@lequai.example", "base.group_portal", name="Noé Autre")
        cls.other_member.email = cls.other_member.login
        cls.visitor = cls.env.ref("base.public_user")
        cls.employee = user("salariee", "base.group_user", name="Lou Salariée")

    def setUp(self):
        super().setUp()
        # Second cursors then share the test's transaction and see its data.
        self.registry_enter_test_mode()
