from odoo import api, models


class Books(models.AbstractModel):
    """What an accountant looks at before closing: each part of the suite adds its own questions.

    The addon of the accounts knows neither bookings nor memberships; they, and
    the small addons between them and this one, extend `_closing_checks`.
    """

    _name = "tierslieu.books"
    _description = "Books"

    @api.model
    def _closing_checks(self, company, first, last):
        """Return what is to be looked at in a period, whether or not something is wrong.

        :param company: `res.company`
        :param first: first day of the period
        :param last: last day of the period, included
        :return: list of dicts of
            `key` (a word of ASCII letters, unique),
            `title` (what is wrong, in the reader's language, without its number),
            `count` (how many records; 0: all is well),
            `blocking` (True: an official document waits for it),
            `action` (a dict of `ir.actions.act_window` that lists the records; None without),
            `advice` (one sentence: what to do)
        """
        return []
