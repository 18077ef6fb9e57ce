import csv
import io

import xlsxwriter

from odoo import api, models

# A cell that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ImportKind(models.AbstractModel):
    """The files that an import gives: its template, in the language of who asks."""

    _inherit = "tierslieu.import.kind"

    @api.model
    def _template_csv(self):
        """Return the template as csv (bytes): headings, and one line as an example."""
        columns = self._columns()
        return as_csv([self._heading(column) for column in columns], [[column.example for column in columns]])

    @api.model
    def _heading(self, column):
        return f"{column.label} *" if column.required else column.label

    @api.model
    def _template_xlsx(self):
        """Return the template as xlsx (bytes): headings and an example, then a sheet that explains."""
        _ = self.env._
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            head = book.add_format({"bold": True, "bg_color": "#3F6B52", "font_color": "#FFFFFF"})
            grey = book.add_format({"italic": True, "font_color": "#5B6670", "num_format": "@"})
            text = book.add_format({"num_format": "@"})
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            sheet = book.add_worksheet(self._sheet_name(self._title()))
            sheet.freeze_panes(1, 0)
            columns = self._columns()
            for index, column in enumerate(columns):
                # As text: a phone number keeps its zero, a date stays as it was typed.
                sheet.set_column(index, index, max(14, len(column.label) + 4, len(column.example) + 2), text)
                sheet.write_string(0, index, self._heading(column), head)
                sheet.write_string(1, index, column.example, grey)
            guide = book.add_worksheet(self._sheet_name(_("How to fill it in")))
            guide.set_column(0, 0, 26, wrapped)
            guide.set_column(1, 1, 26, wrapped)
            guide.set_column(2, 2, 70, wrapped)
            guide.write_string(0, 0, _("Column"), head)
            guide.write_string(0, 1, _("Example"), head)
            guide.write_string(0, 2, _("What to write"), head)
            for index, column in enumerate(columns, start=1):
                guide.write_string(index, 0, self._heading(column))
                guide.write_string(index, 1, column.example)
                guide.write_string(index, 2, column.help)
            notes = (
                self._explain(),
                _("* : needed on each line. The line of the example is left out when the file is read."),
                _("Dates: 24/11/2026, the day first. Hours: 14:00, on the clock of the place. Amounts: 1234,50."),
            )
            for index, note in enumerate(notes, start=len(columns) + 2):
                guide.merge_range(index, 0, index, 2, note, wrapped)
                guide.set_row(index, 32)
        return stream.getvalue()

    @api.model
    def _sheet_name(self, name):
        """Return a name that a spreadsheet takes for a sheet."""
        return "".join(letter for letter in name if letter not in "[]:*?/\\")[:31]


class ImportFile(models.Model):
    """The list of what is wrong, to mend the file beside it."""

    _inherit = "tierslieu.import"

    def _problems_csv(self):
        """Return the problems as csv (bytes)."""
        _ = self.env._
        return as_csv(
            [_("Line"), _("Column"), _("What it says"), _("What is wrong"), _("What to do")],
            [
                [problem.line or "", problem.column or "", problem.value or "", problem.message,
                 problem.advice or ""]
                for problem in self.problem_ids
            ],
        )


def as_csv(head, rows):
    """Return a csv that spreadsheets of the country open as it is, and that calculates nothing.

    >>> as_csv(["a"], [["=1+1"]]).decode("utf-8-sig")
    "a\\r\\n'=1+1\\r\\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    for row in [head, *rows]:
        writer.writerow([defused(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def defused(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
