import base64
import binascii
import json
import math

from odoo.exceptions import UserError

from ..tools import figures

# A draft holds a picture at most, and some words.
LONGEST_DRAFT = 9_000_000
LARGEST_PICTURE = 5_000_000


class Answers:
    """What somebody typed on a page of the assistant, read one answer at a time.

    It comes from a browser or a script: each reading gives a value that the
    models can take, or one sentence that names the answer.
    """

    def __init__(self, env, values):
        self.env = env
        self.values = values if isinstance(values, dict) else {}

    def refuse(self, label):
        """Refuse an answer that makes no sense."""
        raise UserError(self.env._("%(answer)s: this cannot be read, type it again.", answer=label))

    def text(self, name, label, required=False, most=200):
        """Return words without the blanks around them; False when there are none."""
        value = self.values.get(name) or ""
        if not isinstance(value, str):
            self.refuse(label)
        value = value.strip()
        if len(value) > most:
            raise UserError(
                self.env._("%(answer)s: %(most)s characters at most.", answer=label, most=most)
            )
        if required and not value:
            raise UserError(self.env._("%(answer)s is missing.", answer=label))
        return value or False

    def choice(self, name, label, keys, required=True):
        """Return one of the keys; False when nothing was chosen."""
        value = self.values.get(name) or False
        if value and (not isinstance(value, str) or value not in keys):
            self.refuse(label)
        if required and not value:
            raise UserError(self.env._("%(answer)s: choose one.", answer=label))
        return value

    def flag(self, name):
        """Return whether something was ticked."""
        return self.values.get(name) is True

    def number(self, name, label, least, most, whole=False, required=True):
        """Return a number between two bounds; False when none was typed."""
        return self.read_number(self.values.get(name), label, least, most, whole, required)

    def read_number(self, value, label, least, most, whole=False, required=True):
        """Read a number wherever it was typed: “12”, “12,50”, “1 200”."""
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".")
        if value is None or value is False or value == "":
            if required:
                raise UserError(self.env._("%(answer)s is missing.", answer=label))
            return False
        try:
            number = float(value)
        except (TypeError, ValueError):
            self.refuse(label)
        # Not a number, infinity: neither is between two bounds.
        if isinstance(value, bool) or not math.isfinite(number) or (whole and number != int(number)):
            self.refuse(label)
        if not least <= number <= most:
            raise UserError(
                self.env._(
                    "%(answer)s goes from %(least)s to %(most)s.",
                    answer=label, least=figures(self.env, least), most=figures(self.env, most),
                )
            )
        return int(number) if whole else round(number, 2)

    def picture(self, name, label):
        """Return a picture in base 64; False when there is none."""
        value = self.values.get(name) or False
        if not value:
            return False
        try:
            content = base64.b64decode(value, validate=True)
        except (TypeError, ValueError, binascii.Error):
            self.refuse(label)
        if len(content) > LARGEST_PICTURE:
            raise UserError(self.env._("%(answer)s: 5 MB at most.", answer=label))
        return base64.b64encode(content)

    def rows(self, name, most=100):
        """Return the rows of a table, each with its key."""
        rows = self.values.get(name) or []
        if not isinstance(rows, list) or len(rows) > most:
            self.refuse(name)
        for row in rows:
            if not isinstance(row, dict) or not isinstance(row.get("key"), str):
                self.refuse(name)
        return rows

    def as_draft(self):
        """Return what was typed as it is kept until it is applied; {} when it is too large."""
        try:
            size = len(json.dumps(self.values))
        except (TypeError, ValueError):
            return {}
        return self.values if size <= LONGEST_DRAFT else {}
