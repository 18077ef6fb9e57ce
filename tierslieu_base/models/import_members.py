from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext, plaintext2html

from ..kernels import typed
from .import_kind import Column, LineError

# Cells that are written on the contact as they are.
ADDRESS = ("street", "zip", "city")
PLAIN = ("name", "email", "phone", "street", "zip", "city", "lang", "comment")


class ImportMembers(models.AbstractModel):
    """Bring in the members: who they are, what they pay, who is of which organisation.

    Someone is recognised by the reference that they had in the other tool, or
    else by their e-mail address. A cell that is empty leaves what is there.
    """

    _name = "tierslieu.import.members"
    _inherit = "tierslieu.import.kind"
    _description = "Import of members"
    _import_sequence = 10

    @api.model
    def _title(self):
        return self.env._("Members")

    @api.model
    def _explain(self):
        return self.env._(
            "One line each person. Nobody is written to: invite them to their account afterwards."
            " The e-mail or the reference tells who is here already; an empty cell changes nothing."
        )

    @api.model
    def _columns(self):
        _ = self.env._
        return [
            Column("ref", ("Réf", "Numéro", "N°", "Numéro d'adhérent", "Member number", "External reference", "ID"),
                   _("Reference"), "A-017",
                   help=_("The number in the tool used before. Needed for who has no e-mail.")),
            Column("name", ("Nom", "Nom complet", "Nom et prénom", "Prénom et nom", "Full name", "Membre", "Adhérent"),
                   _("Name"), "Camille Moreau", required=True),
            Column("email", ("Mail", "Courriel", "Adresse e-mail", "Adresse mail", "Email address"), _("E-mail"),
                   "camille.moreau@exemple.fr", "email"),
            Column("phone", ("Téléphone", "Tél", "Portable", "Mobile", "Phone number"), _("Phone"), "01 99 00 12 34",
                   "phone"),
            Column("company", ("Organisme", "Structure", "Société", "Entreprise", "Company"), _("Organisation"),
                   "Studio Fanal", help=_("Created when nobody has this name yet.")),
            Column("profile", ("Tarif", "Profil", "Profil tarifaire", "Fare profile", "Profile"), _("Fare"), "",
                   "profile", help=_("As it is called under Fare profiles. Empty: the fare for everybody.")),
            Column("proof_until", ("Justificatif jusqu'au", "Justificatif valable jusqu'au", "Fin du justificatif"),
                   _("Proof valid until"), "", "date",
                   help=_("For a fare that asks for a proof: the last day that it holds.")),
            Column("card", ("Carte", "Carte de membre", "Member card"), _("Card"), "oui", "yes_no",
                   help=_("Yes: a member's card is issued.")),
            Column("street", ("Rue", "Adresse", "Voie", "Address"), _("Street"), "12 rue des Écluses"),
            Column("zip", ("Code postal", "CP", "Zip", "Zip code", "Postal code"), _("Postcode"), "44000", "zip"),
            Column("city", ("Ville", "Commune", "Town"), _("City"), "Nantes"),
            Column("lang", ("Langue",), _("Language"), "fr", "lang"),
            Column("comment", ("Notes", "Remarque", "Commentaire", "Comment"), _("Note"), "", "note",
                   help=_("For the team.")),
        ]

    # -- Parsing

    @api.model
    def _parse_email(self, cell, run):
        email = email_normalize(str(cell))
        if not email:
            raise LineError(
                self.env._("“%(value)s” is not an e-mail address.", value=cell),
                advice=self.env._("Write a single address, or leave it empty."),
            )
        return email

    @api.model
    def _parse_phone(self, cell, run):
        """Give a number the zero that a spreadsheet took from it."""
        if isinstance(cell, int):
            cell = f"{cell:010d}"
        text = " ".join(str(cell).split())
        if sum(letter.isdigit() for letter in text) < 6 or any(letter.isalpha() for letter in text):
            raise LineError(
                self.env._("“%(value)s” is not a phone number.", value=cell),
                advice=self.env._("Write it like 01 99 00 12 34; put the rest in the note."),
            )
        return text

    @api.model
    def _parse_zip(self, cell, run):
        return f"{cell:05d}" if isinstance(cell, int) else self._parse_text(cell, run)

    @api.model
    def _parse_lang(self, cell, run):
        languages = self.env["res.lang"].get_installed()
        return self._choose(
            cell, {code: (name, code, code[:2], name.partition(" ")[0]) for code, name in languages}
        )

    @api.model
    def _parse_profile(self, cell, run):
        profiles = self.env["tierslieu.profile"].sudo().search([("company_id", "=", run.company.id)])
        return self._choose(
            cell, {profile: (profile.name, profile.code or profile.name) for profile in profiles}
        )

    # -- Reading together

    @api.model
    def _prepare(self, run, lines):
        """Find at once who is here already, by reference and by e-mail, and the organisations."""
        refs = {str(cells["ref"]) for _number, cells in lines if "ref" in cells}
        emails = {email_normalize(str(cells.get("email", ""))) for _number, cells in lines}
        people = self._people(run, Domain("email_normalized", "in", list(filter(None, emails))))
        run.known["ref"] = {key.casefold(): found for key, found in self._find_keys("res.partner", refs, run).items()}
        run.known["ref_of"] = {found.id: key for key, found in run.known["ref"].items()}
        run.known["email"] = {
            email: list(group.ids) for email, group in people.grouped("email_normalized").items()
        }
        # With several companies each has its own contacts.
        several = self.env["res.company"].sudo().search_count([], limit=2) > 1
        run.known["owner"] = several and run.company.id
        # Names are compared as people type them: a search would mind the accents.
        names = {typed.plain(cells["company"]) for _number, cells in lines if "company" in cells}
        run.known["company"] = found = {}
        if names:
            companies = self._people(run, Domain("is_company", "=", True))
            for company in companies.search_fetch(Domain("id", "in", companies.ids), ["name"]):
                if typed.plain(company.name) in names:
                    found.setdefault(typed.plain(company.name), []).append(company.id)

    @api.model
    def _people(self, run, domain):
        """Return contacts of the company or of none, archived ones too."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.search(Domain("company_id", "in", [run.company.id, False]) & domain, order="id")

    # -- A line

    @api.model
    def _bring_in(self, values, run):
        partner = self._recognised(values, run)
        self._check_fare(values, run, partner)
        wanted = {name: values[name] for name in PLAIN if name in values}
        if "comment" in wanted:
            wanted["comment"] = plaintext2html(values["comment"])
        address = {name: wanted[name] for name in ADDRESS if name in wanted}
        if "company" in values or partner.parent_id:
            # Odoo gives people the address of their organisation.
            wanted = {name: value for name, value in wanted.items() if name not in ADDRESS}
        if "company" in values:
            wanted["parent_id"] = self._organisation(values["company"], address, run)
        profile = values.get("profile")
        if profile and not profile.needs_proof:
            wanted["tierslieu_profile_id"] = profile.id
        if not partner:
            partner = self.env["res.partner"].sudo().create(
                {"company_id": run.known["owner"]} | wanted
            )
            run.add(partner)
            outcome = "new"
        else:
            changed = {
                name: value for name, value in wanted.items()
                if partner._fields[name].convert_to_write(partner[name], partner) != value
                and not (name == "comment" and _bare(partner.comment) == _bare(value))
            }
            self._require_no_colleague(partner, changed)
            partner.write(changed)
            outcome = "changed" if changed else "same"
        if values.get("ref") and run.known["ref_of"].get(partner.id) != values["ref"].casefold():
            self._keep_key(partner, values["ref"], run)
        beside = self._note_proof(partner, values) | self._issue_card(partner, values, run)
        return "changed" if outcome == "same" and beside else outcome

    @api.model
    def _recognised(self, values, run):
        """Return who a line is about, an empty record for a newcomer."""
        ref, email = values.get("ref"), values.get("email")
        if not ref and not email:
            raise LineError(
                self.env._("Nothing would tell %(name)s from another one at the next import.", name=values["name"]),
                "email", self.env._("Give an e-mail or a reference."),
            )
        for column, key in (("ref", ref), ("email", email)):
            if key:
                self._once((column, key.casefold()), key, values, column, run)
        partner = self.env["res.partner"].sudo().browse()
        if ref:
            partner = run.known["ref"].get(ref.casefold(), partner)
        same_email = partner.browse(run.known["email"].get(email, [])) if email else partner.browse()
        if not partner and same_email:
            partner = self._by_email(same_email, ref, email, run)
        elif same_email - partner and partner.email_normalized != email:
            raise LineError(
                self.env._("%(email)s is the address of %(name)s.", email=email, name=same_email[0].name),
                "email", self.env._("Two people cannot change places: correct the reference or the e-mail."),
            )
        return self._checked(partner, run)

    @api.model
    def _by_email(self, found, ref, email, run):
        """Return the one contact that has an e-mail, or say why it cannot be told which."""
        if len(found) > 1:
            raise LineError(
                self.env._("%(count)s contacts have the address %(email)s: %(names)s.", count=len(found), email=email,
                           names=", ".join(found[:5].mapped("name"))),
                "email", self.env._("Merge these contacts, or correct their addresses."),
            )
        other = run.known["ref_of"].get(found.id)
        if ref and other and other != ref.casefold():
            raise LineError(
                self.env._("%(email)s is the address of %(name)s, whose reference is %(ref)s.",
                           email=email, name=found.name, ref=other),
                "ref", self.env._("Correct the reference or the e-mail."),
            )
        return found

    @api.model
    def _checked(self, partner, run):
        """Return a contact that an import may change: a person, who is still here."""
        if partner and not partner.active:
            raise LineError(
                self.env._("%(name)s is archived here.", name=partner.name), "name",
                self.env._("Take the line out, or bring the contact back first."),
            )
        if partner and partner.is_company:
            raise LineError(
                self.env._("%(name)s is an organisation here, not a person.", name=partner.name), "email",
                self.env._("Give the person an address of their own."),
            )
        return partner.with_company(run.company)

    @api.model
    def _require_no_colleague(self, partner, changed):
        """Refuse to change who has access to the back office, as the contact itself does.

        The address is where a forgotten password goes: whoever changes it takes the account.
        """
        others = partner.user_ids.filtered(lambda user: user._is_internal()) - self.env.user
        if changed and others and not self.env["res.users"].sudo(False).has_access("write"):
            raise LineError(
                self.env._("%(name)s works here: an import changes nothing of them.", name=partner.name),
                "name", self.env._("Take the line out, and ask an administrator."),
            )

    @api.model
    def _organisation(self, name, address, run):
        """Return the id of an organisation, made with this address when there is none of this name."""
        known = run.known["company"].setdefault(typed.plain(name), [])
        if len(known) > 1:
            raise LineError(
                self.env._("%(count)s organisations are called %(name)s.", count=len(known), name=name),
                "company", self.env._("Merge them, or rename one."),
            )
        found = self.env["res.partner"].sudo().browse(known).exists()
        if not found:
            found = found.create(
                {"name": name, "is_company": True, "company_id": run.known["owner"]} | address
            )
            run.add(found)
            known[:] = found.ids
        return found.id

    # -- Fare, proof, card

    @api.model
    def _check_fare(self, values, run, partner):
        """Refuse a fare and a date of proof that do not go together."""
        profile, until = values.get("profile"), values.get("proof_until")
        if until and not profile:
            raise LineError(
                self.env._("A proof is for a fare, and this line names none."), "proof_until",
                self.env._("Name the fare, or leave the date empty."),
            )
        if not profile:
            return
        if until and not profile.needs_proof:
            raise LineError(
                self.env._("%(fare)s asks for no proof.", fare=profile.name), "proof_until",
                self.env._("Leave the date empty."),
            )
        if profile.needs_proof and not until:
            raise LineError(
                self.env._("%(fare)s asks for a proof: it cannot be given without one.", fare=profile.name),
                "profile", self.env._("Say until when the proof holds, or leave the fare empty."),
            )
        if until and until < run.company._tierslieu_today():
            raise LineError(
                self.env._("This proof is over since %(date)s.",
                           date=self.env["tierslieu.proof"]._format_date(until)),
                "proof_until", self.env._("Leave fare and date empty: they will send a new one."),
            )

    @api.model
    def _note_proof(self, partner, values):
        """Note a proof that was checked in the other tool; return whether it is news. No mail leaves."""
        until, profile = values.get("proof_until"), values.get("profile")
        if not until:
            return False
        proofs = self.env["tierslieu.proof"].sudo()
        mine = proofs.search([("partner_id", "=", partner.id), ("profile_id", "=", profile.id)])
        if mine.filtered(lambda proof: proof.state == "accepted" and proof.valid_until == until):
            return False
        proof = mine.filtered(lambda proof: proof.state == "pending") or proofs.create(
            {"partner_id": partner.id, "profile_id": profile.id, "company_id": profile.company_id.id}
        )
        today = profile.company_id._tierslieu_today()
        proof._decide(
            {"state": "accepted", "valid_from": today, "valid_until": until} | proof._reminder_values(until)
        )
        return True

    @api.model
    def _issue_card(self, partner, values, run):
        """Issue the first card of someone; return whether it is news."""
        cards = self.env["tierslieu.card"]
        if not values.get("card") or cards._of(partner, run.company):
            return False
        return bool(cards._issue_first(partner, run.company))


def _bare(note):
    """Return what a note says, without the marks that an html field puts around it."""
    return typed.plain(html2plaintext(note or ""))
