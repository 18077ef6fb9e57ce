from odoo.tests import TransactionCase, new_test_user

# To invite someone by mail takes as long as the rest of them; what is created has no history to keep.
UNINVITED = {"no_reset_password": True, "tracking_disable": True}


class TierslieuCase(TransactionCase):
    """The people of a place, each with a login: `host`, `manager`, `member`…"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, groups, **vals):
            made = new_test_user(
                cls.env, login, groups=groups, context=UNINVITED, email=f"{login}@lequai.example", lang="en_US", **vals
            )
            return made.with_env(cls.env)

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

    def rows_that_say(self, *words):
        """Return the (table, column) of the whole database where one of these words is left."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            "   AND c.data_type IN ('character varying', 'text', 'jsonb')"
        )
        found = set()
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE ANY(%s) LIMIT 1',
                [[f"%{word}%" for word in words]],
            )
            if self.env.cr.fetchone():
                found.add((table, column))
        return found
