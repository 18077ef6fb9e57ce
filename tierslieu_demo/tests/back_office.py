"""What the team, a mail and a sheet of paper say at Le Quai: French, all of it."""

from lxml import etree, html

from .crawl import OF_A_SHEET, OURS
from .english_left import English, plain

# Two sentences are the same in both languages, or names.
EXCEPTIONS = ()
# Not read by people: technical names and sources.
NOT_SAID = {"ir.model.data", "ir.ui.view", "ir.model.access", "ir.rule", "ir.model.constraint", "ir.attachment"}
MOST_RECORDS = 3
SHEETS = ("web.assets_backend", "web.report_assets_common", "html_builder.assets")


class BackOfficeOfLeQuai:
    """Tests of the words of Le Quai's back office, mails and papers: to be mixed with a database of its own."""

    def english(self):
        return English(OURS, EXCEPTIONS)

    def in_french(self, env, user=None):
        return env(user=user or env.user, context={"lang": "fr_FR", "tz": "Europe/Paris"})

    def ours(self, env, model):
        """Return the records of a model that our addons came with."""
        data = env["ir.model.data"].search([("module", "in", OURS), ("model", "=", model)])
        return env[model].with_context(active_test=False).browse(data.mapped("res_id")).exists()

    def test_views(self):
        english, faults = self.english(), set()
        with self.committed() as env:
            env = self.in_french(env)
            views = self.ours(env, "ir.ui.view").filtered(lambda view: view.type != "qweb" and view.model in env)
            self.assertGreater(len(views), 40)
            for view in views:
                shown = view
                while shown.inherit_id and shown.mode != "primary":
                    shown = shown.inherit_id
                found = env[view.model].get_views([(shown.id, shown.type)])
                arch = etree.fromstring(found["views"][shown.type]["arch"])
                faults |= {(view.name, said) for said in english.left(arch)}
        self.assertEqual(sorted(faults), [])

    def test_fields_and_choices(self):
        english, faults = self.english(), set()
        with self.committed() as env:
            env = self.in_french(env)
            count = 0
            for model in env.registry:
                names = [
                    name for name, field in env[model]._fields.items()
                    if field._modules and {*field._modules} <= {*OURS}
                ]
                if not names:
                    continue  # no name at all means every field
                count += len(names)
                for name, field in env[model].fields_get(names, ["string", "help", "selection"]).items():
                    words = [field["string"], field.get("help") or ""]
                    words += [label for _key, label in field.get("selection") or ()]
                    faults |= {(model, name, plain(said)) for said in words if plain(said) in english.sentences}
            self.assertGreater(count, 300)
        self.assertEqual(sorted(faults), [])

    def test_menus_actions_and_whatever_has_a_name(self):
        english, faults = self.english(), set()
        with self.committed() as env:
            env = self.in_french(env)
            models = env["ir.model.data"]._read_group([("module", "in", OURS)], ["model"])
            for (model,) in models:
                if model in NOT_SAID or model not in env:
                    continue
                said = [name for name, field in env[model]._fields.items() if field.translate and field.store]
                for record in self.ours(env, model):
                    for name in said:
                        text = record[name]
                        if text and isinstance(text, str):
                            left = english.left(f"<div>{text}</div>")
                            faults |= {(model, record.id, name, one) for one in left}
        self.assertEqual(sorted(faults), [])

    def test_mails(self):
        english, faults, read = self.english(), set(), 0
        with self.committed() as env:
            env = self.in_french(env)
            for template in self.ours(env, "mail.template"):
                records = env[template.model].search([], limit=MOST_RECORDS, order="id desc")
                for field in ("subject", "body_html"):
                    for said in template._render_field(field, records.ids, set_lang="fr_FR").values():
                        read += 1
                        faults |= {(template.id, field, one) for one in english.left(f"<div>{said}</div>")}
            env.cr.rollback()
        self.assertGreater(read, 20)
        self.assertEqual(sorted(faults), [])

    def test_papers(self):
        english, faults, read = self.english(), set(), 0
        with self.committed() as env:
            env = self.in_french(env)
            for report in self.ours(env, "ir.actions.report"):
                records = env[report.model].search([], limit=MOST_RECORDS)
                if records:
                    page, _kind = report._render_qweb_html(report.report_name, records.ids)
                    read += 1
                    faults |= {(report.report_name, one) for one in english.left(html.fromstring(page))}
            env.cr.rollback()
        self.assertGreater(read, 1)
        self.assertEqual(sorted(faults), [])

    def test_nothing_is_asked_of_another_host(self):
        """Neither by the sheets of the back office, nor by those of what is printed, nor by those of the editor."""
        asked = {}
        with self.committed() as env:
            for name in SHEETS:
                sheet = env["ir.qweb"]._get_asset_bundle(name, css=True, js=False).preprocess_css()
                self.assertIn("font-face", sheet, name)
                asked[name] = OF_A_SHEET.findall(sheet)
            env.cr.rollback()
        self.assertEqual({name: found for name, found in asked.items() if found}, {})

    def test_english_is_found(self):
        english = self.english()
        self.assertEqual(english.left('<form><field name="x" string="Booking step"/></form>'), ["Booking step"])
