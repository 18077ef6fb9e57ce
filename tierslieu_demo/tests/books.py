from datetime import timedelta


class BooksOfLeQuai:
    """What the books of Le Quai show: a last year that is closed, whose deferred income is back in this one."""

    def test_the_deferred_income_of_last_year_is_posted(self):
        with self.committed() as env:
            runs = env["tierslieu.deferred.income"]
            closing = runs._last_closing()
            parts = env["tierslieu.deferred.source"]._parts(env.company, closing)
            run = runs.search([("closing", "=", closing)])
            self.assertEqual(bool(run), bool(parts))
            self.assertEqual(run.state or "posted", "posted")
            waiting = env.company._tierslieu_deferral_account()
            for day, expected in ((closing, -run.deferred), (closing + timedelta(days=1), 0)):
                env.cr.execute(
                    "SELECT COALESCE(SUM(balance), 0) FROM account_move_line"
                    " WHERE account_id = %s AND date <= %s AND parent_state = 'posted'",
                    [waiting.id, day],
                )
                self.assertAlmostEqual(float(env.cr.fetchone()[0]), expected)
            checks = env["tierslieu.books"]._closing_checks(env.company, closing.replace(month=1, day=1), closing)
            self.assertFalse([one["title"] for one in checks if one["key"].startswith("deferred_") and one["count"]])
