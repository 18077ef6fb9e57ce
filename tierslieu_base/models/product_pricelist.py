from odoo import api, fields, models


class Pricelist(models.Model):
    """Nobody gets a fare by chance.

    Odoo gives someone who has no pricelist the first one there is: the
    reduced prices of students must not become everybody's.
    """

    _inherit = "product.pricelist"

    tierslieu_profile_ids = fields.One2many(
        "tierslieu.profile", "pricelist_id", string="Fares", context={"active_test": False}
    )

    @api.model
    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        return [
            *super()._get_partner_pricelist_multi_search_domain_hook(company_id),
            "|",
            ("tierslieu_profile_ids", "=", False),
            ("tierslieu_profile_ids.is_default", "=", True),
        ]
