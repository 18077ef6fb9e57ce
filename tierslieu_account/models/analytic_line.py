from odoo import api, fields, models
from odoo.tools import float_compare

# Two decimals of a percentage, as Odoo keeps them.
DIGITS = 2


def accounts_of(distribution):
    """Return the ids of the accounts of an analytic distribution.

    >>> sorted(accounts_of({"7,3": 60.0, "4": 40.0}))
    [3, 4, 7]
    """
    return {int(account) for key in distribution or {} for account in key.split(",") if account.strip().isdigit()}


def without(distribution, accounts):
    """Return a distribution that says nothing of some accounts.

    >>> without({"7,10": 60.0, "8,10": 40.0}, {10})
    {'7': 60.0, '8': 40.0}
    >>> without({"10,20": 60.0, "11,20": 40.0}, {10, 11})
    {'20': 100.0}
    """
    rest = {}
    for key, share in (distribution or {}).items():
        kept = ",".join(part for part in key.split(",") if not part.isdigit() or int(part) not in accounts)
        if kept:
            rest[kept] = rest.get(kept, 0.0) + share
    return rest


def completed(distribution, wanted, plans):
    """Return a distribution with an account for each plan that it says nothing of.

    An account is added to each part when the parts make a whole, so that the
    books know which place goes with which activity; else it stands alone.

    :param distribution: {"id,id": percentage}
    :param wanted: {plan: account} or False for the account
    :param plans: {account: plan} of the accounts of these plans

    >>> completed({}, {1: 10, 2: 20}, {10: 1, 20: 2})
    {'10,20': 100.0}
    >>> completed({"7": 60.0, "8": 40.0}, {1: 10}, {10: 1})
    {'7,10': 60.0, '8,10': 40.0}
    >>> completed({"11": 100.0}, {1: 10, 2: 20}, {10: 1, 11: 1, 20: 2})
    {'11,20': 100.0}
    >>> completed({"7": 60.0}, {1: 10}, {10: 1})
    {'7': 60.0, '10': 100.0}
    """
    distribution = dict(distribution or {})
    said = {plans.get(account) for account in accounts_of(distribution)}
    more = ",".join(str(account) for plan, account in wanted.items() if account and plan not in said)
    if not more:
        return distribution
    if distribution and float_compare(sum(distribution.values()), 100.0, precision_digits=DIGITS) == 0:
        return {f"{key},{more}": share for key, share in distribution.items()}
    return distribution | {more: 100.0}


class AccountMoveLine(models.Model):
    """Each line of income or cost bears its place and its activity, as far as they are known.

    What somebody typed is kept. A credit note bears what the document that it
    corrects bears, since Odoo copies it. Lines that are posted are left alone:
    see `tierslieu.analytic.spread`.
    """

    _inherit = "account.move.line"

    tierslieu_analytic_typed = fields.Boolean(
        string="Analytics typed", copy=False, readonly=True,
        help="Its place or its activity is not the one that was proposed: nothing changes it any more.",
    )

    # -- What is proposed

    def _tierslieu_analytic(self):
        """Return what is known of these lines: {line: (place or its absence, codes of sources)}.

        A hook: addons add their own lines, in one go for all of them. The first
        source that an activity of the company is for decides.
        """
        return {}

    def _tierslieu_plans(self):
        """Return {account: plan} of the accounts of our two plans, whatever their company."""
        return self.env["account.analytic.account"]._tierslieu_known(self.env.company.id)["plans"]

    def _tierslieu_bears_analytic(self):
        """Whether this is a line of income or of cost, of which somebody asks where it comes from."""
        return self.display_type == "product" and self.account_id.internal_group in ("income", "expense")

    def _tierslieu_wanted(self):
        """Return {line: {plan: account or False}}: the place first, then the activity."""
        told, wanted = self._tierslieu_analytic(), {}
        for line in self:
            known = self.env["account.analytic.account"]._tierslieu_known(line.company_id.id)
            place, sources = told.get(line, (None, ()))
            wanted[line] = {
                known["place_plan"]: known["places"].get(place.id) if place else known["place"],
                known["activity_plan"]: line._tierslieu_activity(known, sources),
            }
        return wanted

    def _tierslieu_activity(self, known, sources):
        """Return the account of the activity of a line, or False.

        :param known: see `account.analytic.account._tierslieu_known`
        :param sources: codes, the first that is of an activity counts
        """
        if not self.move_id.is_invoice(include_receipts=True):
            return False
        template = self.product_id.product_tmpl_id
        if template.id in known["products"]:
            return known["products"][template.id]
        category = template.categ_id
        while known["categories"] and category:
            if category.id in known["categories"]:
                return known["categories"][category.id]
            category = category.parent_id
        return next((known["sources"][code] for code in sources if code in known["sources"]), False)

    def _tierslieu_proposed(self):
        """Return {line: distribution}: that of each line, and what it lacks."""
        plans = self._tierslieu_plans()
        return {
            line: completed(line.analytic_distribution, wanted, plans)
            for line, wanted in self._tierslieu_wanted().items()
        }

    def _compute_analytic_distribution(self):
        typed = self.filtered("tierslieu_analytic_typed")
        ours = (self - typed).filtered(lambda line: line._tierslieu_bears_analytic())
        plans = self._tierslieu_plans()
        for line in ours:
            # What was proposed for another product makes way for what is proposed now.
            if plans.keys() & accounts_of(line.analytic_distribution):
                line.analytic_distribution = without(line.analytic_distribution, plans.keys())
        result = super(AccountMoveLine, self - typed)._compute_analytic_distribution()
        for line, distribution in ours._tierslieu_proposed().items():
            line.analytic_distribution = distribution or line.analytic_distribution
        for line in typed:
            line.analytic_distribution = line.analytic_distribution
        return result

    # -- What is typed

    def _tierslieu_typed(self):
        """Return the lines whose place or activity is another one than what is proposed."""
        bearing = self.filtered(lambda line: line._tierslieu_bears_analytic())
        plans = self._tierslieu_plans()
        return self.browse().union(
            *(
                line
                for line, wanted in bearing._tierslieu_wanted().items()
                if plans.keys() & accounts_of(line.analytic_distribution) != set(filter(None, wanted.values()))
            )
        )

    @api.onchange("analytic_distribution")
    def _onchange_tierslieu_analytic(self):
        self.tierslieu_analytic_typed = bool(self._tierslieu_typed())

    @api.model_create_multi
    def create(self, vals_list):
        """Complete what a document was given, such as the project of an order; keep what it says of ours.

        A credit note and the copy of a document are given what they correct or
        copy, its silence included.
        """
        told = [bool(vals.get("analytic_distribution")) for vals in vals_list]
        # What is computed while they are made leaves alone what they were given.
        lines = super().create(
            [vals | {"tierslieu_analytic_typed": True} if given else vals
             for vals, given in zip(vals_list, told, strict=True)]
        )
        given = lines.browse([line.id for line, given in zip(lines, told, strict=True) if given])
        if given:
            given._tierslieu_receive()
        return lines

    def _tierslieu_receive(self):
        """Look at what new lines were given: some of it was typed, some of it lacks a plan."""
        context = {"tierslieu_analytic": True, "skip_analytic_sync": True}
        plans = self._tierslieu_plans()
        silent = self.filtered(
            lambda line: not plans.keys() & accounts_of(line.analytic_distribution)
            and line._tierslieu_bears_analytic() and not line.move_id.reversed_entry_id
        )
        for line, distribution in silent._tierslieu_proposed().items():
            if distribution != line.analytic_distribution:
                line.with_context(**context).analytic_distribution = distribution
        proposed = self - (self - silent)._tierslieu_typed()
        if proposed:
            proposed.with_context(**context).tierslieu_analytic_typed = False

    def write(self, vals):
        result = super().write(vals)
        if "analytic_distribution" in vals and not self.env.context.get("tierslieu_analytic"):
            typed = self._tierslieu_typed()
            for lines, flag in ((typed, True), (self - typed, False)):
                lines = lines.filtered(lambda line, flag=flag: line.tierslieu_analytic_typed != flag)
                if lines:
                    lines.with_context(tierslieu_analytic=True).tierslieu_analytic_typed = flag
        return result
