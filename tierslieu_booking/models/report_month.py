from odoo import api, models


class ReportMonth(models.AbstractModel):
    """What the one-page month is printed from."""

    _name = "report.tierslieu_booking.report_month"
    _description = "The month on one page"

    @api.model
    def _get_report_values(self, docids, data=None):
        months = self.env["tierslieu.month"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": months._name,
            "docs": months,
            "sheets": {month.id: month._sheet() for month in months},
        }
