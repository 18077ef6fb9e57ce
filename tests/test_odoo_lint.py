"""Odoo's own lint suite, over our addons only (eslint apart, which Debian's Odoo lacks)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tierslieu_setup.addons import addons_of
from tierslieu_setup.home import CLONE

from odoo.modules import Manifest

from odoo.addons.test_lint.tests import test_pofile
from odoo.addons.test_lint.tests.test_docstring import TestDocstring  # noqa: F401
from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit  # noqa: F401
from odoo.addons.test_lint.tests.test_i18n import TestI18n  # noqa: F401
from odoo.addons.test_lint.tests.test_index import BTREE_INDEX_IGNORE_FIELDS, TestIndex  # noqa: F401
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations  # noqa: F401
from odoo.addons.test_lint.tests.test_manifests import ManifestLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_naming import TestNaming  # noqa: F401
from odoo.addons.test_lint.tests.test_onchange_domains import TestOnchangeDomains  # noqa: F401
from odoo.addons.test_lint.tests.test_orm_import import TestDunderinit as TestOrmImport  # noqa: F401
from odoo.addons.test_lint.tests.test_override_signatures import TestLintOverrideSignatures  # noqa: F401
from odoo.addons.test_lint.tests.test_pofile import PotLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_routes import RoutesLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_test_holes import TestTestHoles  # noqa: F401
from odoo.addons.tierslieu_base.tests.heavy import heavy

BTREE_INDEX_IGNORE_FIELDS.add("tierslieu.occupancy.unit_id")  # covered by the first key of _by_unit
BTREE_INDEX_IGNORE_FIELDS.add("tierslieu.booking.partner_id")  # and this one by that of _by_person
BTREE_INDEX_IGNORE_FIELDS.add("tierslieu.charge.move_id")  # covered by the constraint _once
BTREE_INDEX_IGNORE_FIELDS.add("contract.template.line.contract_id")  # OCA's: plans make no templates

# The checks that Odoo's TestPyLint enables; the test itself would read all of Odoo for eight minutes.
PYLINT_CHECKS = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,"
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,raise-unlink-override"
)
PYLINT_PLUGINS = (
    "_pylint_path_setup,pylint.extensions.bad_builtin,"
    "_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"
)


@pytest.fixture(autouse=True, scope="module")
def _only_ours():
    """Let the suite see no addon but ours: over all of Odoo it takes ten minutes."""
    names = sorted(addons_of(CLONE))
    manifests = [Manifest.for_addon(name) for name in names]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Manifest, "all_addon_manifests", lambda: manifests)
        patch.setattr(test_pofile, "get_modules", lambda: names)
        yield


@heavy
def test_odoo_pylint_checkers():
    checkers = Path(test_pofile.__file__).parent
    options = ("--disable=all,unknown-option-value", "--score=no", "--bad-functions=input")
    chosen = (f"--rcfile={os.devnull}", f"--enable={PYLINT_CHECKS}", f"--load-plugins={PYLINT_PLUGINS}")
    done = subprocess.run(
        [Path(sys.executable).with_name("pylint"), *options, *chosen, *sorted(addons_of(CLONE))],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(checkers), "ADDONS_PATH": str(CLONE)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
