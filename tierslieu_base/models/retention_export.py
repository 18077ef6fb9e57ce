import io
import json
import re
import zipfile
from datetime import date, datetime

from odoo import api, models
from odoo.tools import html2plaintext

MOST_BYTES = 100 * 2**20
MOST_ROWS = 50_000


class Retention(models.AbstractModel):
    """A copy of what is kept about one person, that they can read and take elsewhere."""

    _inherit = "tierslieu.retention"

    @api.model
    def _export(self, partner, full=False):
        """Return a zip (bytes): one JSON file for each rule, documents, and a page that explains.

        :param full: with the notes of the team too, when a manager gives it
        """
        everyone = partner.sudo()._tierslieu_with_addresses()
        stream = io.BytesIO()
        weight, left_out, told = 0, [], []
        reasons = self.env["tierslieu.retention.rule"]._reasons()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for rule in self._sorted_rules():
                if not rule.person or (rule.team_only and not full):
                    continue
                rows = self._rows_of(rule, everyone)[:MOST_ROWS]
                if not rows:
                    continue
                names = rule.fields + (rule.team_fields if full else ())
                name = f"{rule.key.replace('.', '-')}.json"
                content = [self._exported(row, names) for row in rows]
                archive.writestr(name, json.dumps(content, ensure_ascii=False, indent=2))
                told += [f"{name} · {rule.label} ({len(rows)})", f"    {rule.purpose}", f"    {reasons[rule.key]}"]
                for file in rule.documents(rows) if rule.documents else ():
                    weight += file.file_size or 0
                    if weight > MOST_BYTES:
                        left_out.append(file.name)
                        continue
                    archive.writestr(f"documents/{file.id}-{_safe(file.name)}", file.raw or b"")
            archive.writestr(self.env._("READ ME.txt"), self._read_me(partner, told, left_out))
        return stream.getvalue()

    @api.model
    def _read_me(self, partner, told, left_out):
        """Return the page that says what the files are."""
        _ = self.env._
        lines = [
            _("The data that %(company)s keeps about %(name)s",
              company=self.env.company.name, name=partner.sudo().name),
            "",
            *told,
            "",
            _("Times are in UTC. The files are JSON: any text editor opens them."),
        ]
        if left_out:
            lines += ["", _("Too heavy for one file, ask the team for them:"), *left_out]
        return "\r\n".join(lines)

    @api.model
    def _exported(self, row, names):
        """Return {field: value} of a row, in words and plain numbers."""
        return {name: self._exported_value(row, name) for name in names}

    @api.model
    def _exported_value(self, row, name):
        value = row[name]
        kind = row._fields[name].type
        if kind == "boolean":
            return bool(value)
        if kind == "selection":
            said = dict(row._fields[name]._description_selection(self.env))
            return said.get(value) or None
        if isinstance(value, models.BaseModel):
            said = [record.display_name for record in value]
            return (said or [None])[0] if kind in ("many2one", "reference") else said
        if kind == "html":
            return html2plaintext(value or "") or None
        if isinstance(value, (datetime, date)):
            return value.isoformat()
        if kind in ("integer", "float", "monetary"):
            return value
        return value or None

    # -- What the person, or the manager, reads before anything is done

    @api.model
    def _kept_about(self, partner):
        """Return [(rule, number of rows)] of what is kept about a person."""
        everyone = partner.sudo()._tierslieu_with_addresses()
        found = []
        for rule in self._sorted_rules():
            if not rule.person:
                continue
            rows = self.env[rule.model].sudo().with_context(active_test=False)
            count = rows.search_count(rule.person(everyone))
            if count:
                found.append((rule, count))
        return found

    @api.model
    def _said_of(self, counts):
        """Say what was done, or would be, in lines: “Messages: 12, made anonymous”."""
        done = {"delete": self.env._("deleted"), "pseudonymise": self.env._("made anonymous"),
                "keep": self.env._("kept")}
        return [
            self.env._("%(what)s: %(count)s, %(done)s",
                       what=rule.label, count=count, done=done[rule.erasure])
            for rule, count in dict(counts).items()
        ]


def _safe(name):
    """Return a file name that no system takes for a path."""
    name = re.sub(r"[^\w.() -]", "_", name or "document")
    return re.sub(r"\.{2,}", ".", name)[-100:].lstrip(".") or "document"
