"""Files as spreadsheets save them, and an import that reads one."""

import base64
import io
import zipfile
from xml.sax.saxutils import escape

import openpyxl

ODS = "application/vnd.oasis.opendocument.spreadsheet"


def as_csv_file(rows, encoding="utf-8", separator=";"):
    """Return a csv (bytes): rows are lists of texts without separators."""
    return "\r\n".join(separator.join(map(str, row)) for row in rows).encode(encoding)


def as_xlsx(rows):
    """Return an xlsx (bytes); a cell may be a text, a number, a date."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_ods(rows):
    """Return an ods (bytes) of texts and numbers, with the endless blank lines that spreadsheets add."""
    def cell(value):
        if value in ("", None):
            return '<table:table-cell table:number-columns-repeated="1"/>'
        if isinstance(value, (int, float)):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
        )

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="Feuille1">'
        f"{lines}"
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", ODS)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
    return stream.getvalue()


class Imports:
    """What tests of imports share."""

    def begin(self, kind, content, user=None, **values):
        """Return an import of a file: bytes, or rows that become a csv."""
        if isinstance(content, list):
            content = as_csv_file(content)
        imports = self.env["tierslieu.import"].with_user(user or self.manager)
        return imports.with_context(lang="en_US").create(
            {"kind": kind, "file": base64.b64encode(content), "file_name": "export.csv", **values}
        )

    def bring_in(self, kind, content, **values):
        """Check a file, bring it in, and return the import."""
        record = self.begin(kind, content, **values)
        record.action_check()
        self.assertEqual(record.state, "ready", record.problem_ids.mapped("message"))
        record.action_import()
        self.assertEqual(record.state, "done", record.problem_ids.mapped("message"))
        return record

    def problems(self, kind, content):
        """Return what a check says of a file: {line: [sentences]}."""
        record = self.begin(kind, content)
        record.action_check()
        found = {}
        for problem in record.problem_ids:
            found.setdefault(problem.line, []).append(problem.message)
        return found

    def counts(self, record):
        return record.new_count, record.changed_count, record.same_count
