from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

from ..kernels import typed

# Of the external ids that tell what an earlier import brought in.
MODULE = "__tierslieu_import__"
LONGEST_HEADING = 100


class Column(NamedTuple):
    """A column that a kind of import knows.

    `headings` are taken besides its name and label: those of the other
    language, and what other tools call it. `parse` names a method
    `_parse_<parse>` of the kind, which returns a value or raises `LineError`.
    """

    name: str
    headings: tuple
    label: str
    example: str
    parse: str = "text"
    required: bool = False
    help: str = ""


class Problem(NamedTuple):
    """What is wrong in a file: where, what, and what to do about it."""

    line: int
    column: str
    value: str
    message: str
    advice: str


class LineError(UserError):
    """A line cannot be brought in: what is wrong, in which column, and what to do."""

    def __init__(self, message, column=None, advice=""):
        super().__init__(message)
        self.column = column
        self.advice = advice


@dataclass
class Run:
    """One reading of one file, for real or not."""

    company: models.BaseModel
    problems: list = field(default_factory=list)
    made: dict = field(default_factory=dict)
    """{model: ids of what was new}"""
    counts: dict = field(default_factory=lambda: dict.fromkeys(("new", "changed", "same"), 0))
    seen: dict = field(default_factory=dict)
    """{key: number of the line that had it}"""
    known: dict = field(default_factory=dict)
    """What a kind has read once for all the lines."""

    def add(self, record):
        self.made.setdefault(record._name, []).extend(record.ids)


class ImportKind(models.AbstractModel):
    """What can be brought in from another tool: each kind is a model that inherits this one.

    A kind says which columns it knows and what to do with a line. Reading the
    file, finding all that is wrong with it and writing all of it or nothing is
    done here, once. An addon adds a kind by adding a model
    `tierslieu.import.<kind>` with a `_import_sequence`.
    """

    _name = "tierslieu.import.kind"
    _description = "Kind of import"
    # Where it stands among the kinds: what others refer to comes first. 0: no kind.
    _import_sequence = 0
    # The column that a sentence is about when it names none.
    _main_column = "name"
    # A file is one request and one transaction: a minute at the most, on a small server.
    _most_lines = 5000
    # Whether people can be told of what was brought in for them.
    _may_tell = False

    @api.model
    def _kinds(self):
        """Return the kinds there are, in the order in which a place moves in."""
        names = (name for name in self.env.registry if name.startswith("tierslieu.import."))
        kinds = [name for name in names if getattr(self.env[name], "_import_sequence", 0)]
        return sorted(kinds, key=lambda name: self.env[name]._import_sequence)

    # -- What a kind says

    @api.model
    def _title(self):
        """Return what it brings in, as the screen names it."""
        raise NotImplementedError

    @api.model
    def _explain(self):
        """Return what to know before filling in the file: one or two sentences."""
        return ""

    @api.model
    def _columns(self):
        """Return the `Column`s, in the order of the template."""
        raise NotImplementedError

    @api.model
    def _prepare(self, run, lines):
        """Read what the lines refer to, for all of them at once.

        :param lines: [(number, {column name: cell})]
        """

    @api.model
    def _bring_in(self, values, run):
        """Write one line; return "new", "changed" or "same".

        :param values: {column name: parsed value}, for the cells that say something
        :raises UserError: one sentence; `LineError` when the column is known
        """
        raise NotImplementedError

    @api.model
    def _tell(self, run):
        """Tell people what was brought in for them, when the team asked for it."""

    # -- The whole file

    @api.model
    def _bring_in_all(self, rows, run):
        """Go through all the lines, each alone, whatever happens to the others.

        The problems are in the run: the caller keeps what was written only when
        there are none.

        :param rows: as `table.read` returns them
        """
        columns = self._match_headings(rows, run)
        if not columns:
            return
        lines = [
            (number, {column.name: cells[index] for index, column in columns.items()
                      if index < len(cells) and cells[index] != ""})
            for number, cells in rows[1:]
        ]
        lines = [line for line in lines if not self._is_example(line[1])]
        if not lines:
            run.problems.append(
                Problem(rows[0][0], "", "", self.env._("There is no line below the headings."),
                        self.env._("Fill in the template: one line each."))
            )
        self._prepare(run, lines)
        known = {column.name: column for column in self._columns()}
        for number, cells in lines:
            self._line(number, cells, known, run)

    @api.model
    def _is_example(self, cells):
        """Whether a line is the example of the template, left there."""
        example = {column.name: column.example for column in self._columns() if column.example}
        return {name: str(cell) for name, cell in cells.items()} == example

    @api.model
    def _line(self, number, cells, columns, run):
        """Bring in one line in a savepoint of its own, or note what is wrong with it."""
        problems = []
        values = self._parse_line(number, cells, columns, run, problems)
        if not problems:
            try:
                with self.env.cr.savepoint():
                    values["_line"] = number
                    run.counts[self._bring_in(values, run)] += 1
            except UserError as error:
                problems.append(self._problem(number, cells, columns, error))
            except IntegrityError as error:
                problems.append(self._problem(number, cells, columns, UserError(self._say_refused(error))))
        run.problems += problems

    @api.model
    def _say_refused(self, error):
        """Return what a constraint of the database says, in the words of its model."""
        owners = (name for name, model in self.env.registry.items() if model._table == error.diag.table_name)
        return self.env[next(owners, "base")]._sql_error_to_message(error)

    @api.model
    def _problem(self, number, cells, columns, error):
        """Return the problem that an error of a line is."""
        column = columns.get(getattr(error, "column", None) or self._main_column)
        return Problem(
            number,
            column.label if column else "",
            str(cells.get(column.name, "")) if column else "",
            str(error.args[0]),
            getattr(error, "advice", "") or "",
        )

    @api.model
    def _parse_line(self, number, cells, columns, run, problems):
        """Return the values of a line; add what is wrong with its cells to the problems."""
        values = {}
        for column in columns.values():
            cell = cells.get(column.name)
            try:
                if cell is not None:
                    values[column.name] = self._parse(column, cell, run)
                elif column.required:
                    raise LineError(
                        self.env._("%(column)s is empty.", column=column.label), column.name,
                        self.env._("For example: %(example)s", example=column.example),
                    )
            except LineError as error:
                error.column = column.name
                problems.append(self._problem(number, cells, columns, error))
        return values

    @api.model
    def _parse(self, column, cell, run):
        if type(cell).__name__ == "Broken":
            raise LineError(
                self.env._("The formula of this cell failed: it shows %(value)s.", value=cell),
                advice=self.env._("Mend it, or type the value itself."),
            )
        return getattr(self, f"_parse_{column.parse}")(cell, run)

    # -- Headings

    @api.model
    def _match_headings(self, rows, run):
        """Return {index: column} of the first line; note what is wrong with it.

        Accents, capitals, spaces and punctuation do not count.
        """
        number, cells = rows[0]
        by_heading = self._by_heading()
        found, problems = {}, []
        for index, cell in enumerate(cells):
            column = by_heading.get(typed.plain(cell))
            if column in found.values():
                problems.append((cell, self.env._("Two columns are “%(column)s”.", column=column.label),
                                 self.env._("Keep one of them.")))
            elif column:
                found[index] = column
            elif cell != "":
                # A file of another kind may be a single heading without end.
                cell = str(cell)[:LONGEST_HEADING]
                problems.append((cell, self.env._("No column is called “%(heading)s” here.", heading=cell),
                                 self._advise_heading(cell)))
        for column in self._columns():
            if column.required and column not in found.values():
                problems.append((column.label, self.env._("The column “%(column)s” is missing.", column=column.label),
                                 self.env._("Its cells look like: %(example)s", example=column.example)))
        run.problems += [
            Problem(number, str(heading), "", message, advice) for heading, message, advice in problems
        ]
        required = [column for column in self._columns() if column.required]
        return found if all(column in found.values() for column in required) else {}

    @api.model
    def _by_heading(self):
        """Return {plain heading: column}: its name, its labels in every language, what else it is called."""
        columns = {column.name: column for column in self._columns()}
        found = {typed.plain(name): column for name, column in columns.items()}
        for code in ("en_US", *(code for code, _name in self.env["res.lang"].get_installed())):
            for column in self.with_context(lang=code)._columns():
                found.setdefault(typed.plain(column.label), columns[column.name])
        for column in columns.values():
            for heading in column.headings:
                found.setdefault(typed.plain(heading), column)
        return found

    @api.model
    def _advise_heading(self, heading):
        return self.env._(
            "Rename it or take it out. Known: %(columns)s.",
            columns=", ".join(column.label for column in self._columns()),
        )

    # -- What is there already

    @api.model
    def _key_name(self, key, run):
        """Return the name of the external id of a key: the kind, the company, the key."""
        kind = self._name.removeprefix("tierslieu.import.")
        return f"{kind}_{run.company.id}_{quote(key.strip().casefold(), safe='')}"

    @api.model
    def _find_keys(self, model, keys, run):
        """Return {key: record} of what earlier imports brought in under these keys."""
        names = {self._key_name(key, run): key for key in keys}
        rows = self.env["ir.model.data"].sudo().search_fetch(
            [("module", "=", MODULE), ("model", "=", model), ("name", "in", list(names))],
            ["name", "res_id"],
        )
        records = self.env[model].sudo().browse(rows.mapped("res_id")).exists()
        return {
            names[row.name]: records.browse(row.res_id) for row in rows if row.res_id in records.ids
        }

    @api.model
    def _keep_key(self, record, key, run):
        """Remember what a key of the other tool became."""
        self.env["ir.model.data"].sudo().create(
            {
                "module": MODULE,
                "name": self._key_name(key, run),
                "model": record._name,
                "res_id": record.id,
                "noupdate": True,
            }
        )

    @api.model
    def _once(self, key, said, values, column, run):
        """Refuse a key that an earlier line of the same file has."""
        first = run.seen.setdefault(key, values["_line"])
        if first != values["_line"]:
            raise LineError(
                self.env._("%(value)s is on line %(line)s already.", value=said, line=first),
                column,
                self.env._("Keep one of the two lines."),
            )
