from odoo import api, models


class DeferredSource(models.AbstractModel):
    """Where income that belongs to later periods comes from: a registry that other addons feed.

    A source is a method; it reads posted documents and writes nothing. Amounts
    are without tax, in the currency of the company, exact to the cent: a part
    is rounded once, and the last part of a document takes the rest, so that
    the parts of a line sum to the line.
    """

    _name = "tierslieu.deferred.source"
    _description = "Sources of deferred income"

    @api.model
    def _sources(self):
        """Return the sources: {key: (title in the reader's language, name of a method of this model)}.

        Such a method takes `(company, closing)`: the company and the last day of
        the period that closes, included. It returns a list of dicts, one for each
        invoice line, credit note line or lot that is not wholly earned on that day:

        - `account_id`: id of the income account that is lowered (D), 487 being raised (C)
        - `amount`: what was recorded without tax on or before `closing` (credit notes below zero)
        - `deferred`: the part of `amount` that belongs to later days (same sign; never 0)
        - `line_id`: id of the `account.move.line` that recorded it, or False
        - `record`: the record it is about, as (model, id)
        - `partner_id`: id or False
        - `analytic_distribution`: dict or False
        - `label`: one line for the entry, such as "Facture FAC/2026/00042, abonnement Alice"
        - `explanation`: one sentence with the figures, for the statement: "243 jours sur 365 de 240,00"
        """
        return {}
