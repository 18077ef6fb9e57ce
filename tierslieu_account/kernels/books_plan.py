"""What the books of each legal form and VAT regime want: accounts, taxes, points to confirm. Data only.

Nothing here reads or writes a company: `wanted` picks from the tables what one company wants, the models look
whether it is there. Each row says in one sentence why it is wanted, and how sure we are of it:

- V: read in the chart that Odoo ships, or in the code of the tax office;
- S: read on a secondary source (articles, other software's charts), not in the law itself;
- M: from memory of the trade, to be checked.

What is S or M belongs to a point that somebody confirms by name before the first official document.
"""

from typing import NamedTuple

from odoo.tools import LazyTranslate

from odoo.addons.tierslieu_base.models.res_company import COOPERATIVES, WITH_CAPITAL

_lt = LazyTranslate(__name__)

ASSOCIATION = ("association",)
COMPANIES = (*COOPERATIVES, *WITH_CAPITAL)
PUBLIC = ("commune", "epic")
FORMS = (*ASSOCIATION, *COMPANIES, *PUBLIC, "other")
REGIMES = ("subject", "franchise", "exempt", "outside")
UNTAXED = ("franchise", "exempt", "outside")
DUES = ("receipts", "debits")
# Rates of mainland France.
RATES = (20.0, 10.0, 5.5, 2.1)
# Where the VAT of what is not paid yet waits.
WAITING = "445740"


class Account(NamedTuple):
    """An account by its code; `point` is the key of what is to be confirmed before it is relied on."""

    code: str
    kind: str
    name: object
    why: object
    source: str = "V"
    point: str = ""
    forms: tuple = FORMS
    regimes: tuple = REGIMES
    dues: tuple = DUES
    # Not opened when it is missing: it comes with the chart, and somebody who took it out knows why.
    only_checked: bool = False


class Journal(NamedTuple):
    """A journal by the type that Odoo gives it; one of a type is enough."""

    kind: str
    name: object
    why: object
    # What it is called in the FEC; Odoo numbers those of money by itself.
    code: str = ""


class Point(NamedTuple):
    """Something that an accountant says yes to, with their name."""

    key: str
    title: object
    said: object
    source: str
    forms: tuple = FORMS
    regimes: tuple = REGIMES
    dues: tuple = DUES


ACCOUNTS = (
    Account("101310", "equity", _lt("Capital not written off"),
            _lt("The capital that was called and paid."), forms=COMPANIES),
    Account("101100", "equity", _lt("Subscribed capital, uncalled"),
            _lt("The part of the capital that nobody asked for yet."), forms=COMPANIES),
    Account("101200", "equity", _lt("Subscribed capital, called up, unpaid"),
            _lt("The part of the capital that was asked for and is not paid."), forms=COMPANIES),
    Account("106100", "equity", _lt("Legal reserve"),
            _lt("Each year gives it its part of the profit."), forms=COMPANIES),
    Account("106300", "equity", _lt("Statutory reserves"),
            _lt("A cooperative keeps there what is never shared out."), forms=COOPERATIVES),
    Account("109000", "equity", _lt("Shareholders: subscribed capital, uncalled"),
            _lt("What associates promised and were not asked for."), forms=COMPANIES),
    Account("456150", "asset_current", _lt("Associates: contributions in money"),
            _lt("A subscription waits there until the money comes."), point="capital", forms=COMPANIES),
    Account("456700", "liability_current", _lt("Associates: capital to be reimbursed"),
            _lt("What is owed to an associate who leaves: it is a debt."), point="capital_owed", forms=COMPANIES),
    Account("457000", "liability_current", _lt("Dividends payable"),
            _lt("What an assembly decided to pay to associates."), forms=COMPANIES),
    Account("102400", "equity", _lt("Other own funds without right of recovery"),
            _lt("What was given to the association for good, to work with."), "S", "funds", ASSOCIATION),
    Account("103400", "equity", _lt("Other own funds with right of recovery"),
            _lt("What the association gives back one day, or under a condition."), "S", "funds", ASSOCIATION),
    Account("106800", "equity", _lt("Other reserves"),
            _lt("An association keeps there the reserve for its project."), "S", "funds", ASSOCIATION),
    Account("194000", "liability_non_current", _lt("Dedicated funds on operating grants"),
            _lt("The part of a grant that its project has not used at the end of the year."),
            "S", "dedicated", ASSOCIATION),
    Account("689400", "expense", _lt("Additions to dedicated funds"),
            _lt("Puts aside, at the end of the year, the part of a grant that was not used."),
            "S", "dedicated", ASSOCIATION),
    Account("789400", "income", _lt("Use of dedicated funds"),
            _lt("Takes back the year after what was put aside."), "S", "dedicated", ASSOCIATION),
    Account("165100", "liability_non_current", _lt("Deposits received"),
            _lt("Cautions of keys and badges: money to give back, no income."), "V", "cautions"),
    Account("411100", "asset_receivable", _lt("Customers"), _lt("What customers owe.")),
    Account("419100", "liability_current", _lt("Payments on account received on orders"),
            _lt("What is paid before the invoice, until the invoice takes it.")),
    Account("445710", "liability_current", _lt("VAT collected"),
            _lt("The VAT owed to the State."), regimes=("subject",)),
    Account("445740", "liability_current", _lt("VAT collected on unsettled transactions"),
            _lt("The VAT of an invoice waits there until the invoice is paid."),
            regimes=("subject",), dues=("receipts",)),
    Account("468100", "liability_current", _lt("Costs of volunteers"),
            _lt("What is owed to volunteers for what they paid, until they are paid or waive it."),
            "S", "gifts", ASSOCIATION),
    Account("471000", "asset_current", _lt("Suspense account"),
            _lt("What nobody can explain yet; it is empty at a closing.")),
    Account("487000", "liability_current", _lt("Deferred income"),
            _lt("What is invoiced and belongs to the next year."), "V", "deferred"),
    Account("511200", "asset_current", _lt("Cheques for collection"),
            _lt("Cheques that were received and not taken to the bank.")),
    Account("580000", "asset_cash", _lt("Internal transfers"),
            _lt("Money on its way from the till to the bank; it is empty at a closing.")),
    Account("706000", "income", _lt("Services supplied"),
            _lt("Desks, subscriptions, bookings.")),
    Account("708300", "income", _lt("Sundry rentals"),
            _lt("Rooms let without services."), "V", "bare_rooms"),
    Account("741000", "income", _lt("Operating subsidies"),
            _lt("Grants for the work of the year."), forms=(*COMPANIES, *PUBLIC, "other")),
    Account("740000", "income", _lt("Operating grants"),
            _lt("Grants for the work of the year, in the chart of associations."), "M", "gifts", ASSOCIATION),
    Account("754000", "income", _lt("Rebates from cooperatives"),
            _lt("In this chart 754000 is what a cooperative gives back, not gifts: those go to 754100."),
            forms=(*ASSOCIATION, *COOPERATIVES), only_checked=True),
    Account("754100", "income", _lt("Gifts by hand"),
            _lt("Gifts of money without a deed."), "M", "gifts", ASSOCIATION),
    Account("754120", "income", _lt("Costs waived by volunteers"),
            _lt("What a volunteer paid and does not ask back: a gift with a tax receipt."), "S", "gifts", ASSOCIATION),
    Account("756100", "income", _lt("Membership fees without counterpart"),
            _lt("Fees that only make a member: outside VAT."), "S", "fees", ASSOCIATION),
    Account("756200", "income", _lt("Membership fees with counterpart"),
            _lt("Fees that pay for something: part of them may belong to the next year."), "S", "fees", ASSOCIATION),
    Account("758000", "income", _lt("Compensation and other income"),
            _lt("A caution that is kept, a fee for not coming."), "V", "cautions"),
)

JOURNALS = (
    Journal("sale", _lt("Customer invoices"), _lt("Invoices and credit notes, each with its number."), "FAC"),
    Journal("purchase", _lt("Supplier bills"), _lt("What suppliers ask for."), "FACTU"),
    Journal("bank", _lt("Bank"), _lt("What comes in and goes out of the account.")),
    Journal("cash", _lt("Cash"), _lt("The till of the reception: what comes in, what is taken to the bank.")),
    Journal("general", _lt("Miscellaneous operations"), _lt("Closings, deferred income, corrections."), "OD"),
)

POINTS = (
    Point("fees", _lt("Membership fees on 756100 and 756200"),
          _lt("Fees without counterpart go to 756100 and are outside VAT; those that pay for something to 756200."),
          "S", ASSOCIATION),
    Point("gifts", _lt("Grants on 740000, gifts on 754100 and 754120"),
          _lt("The chart of associations (ANC 2018-06) puts grants on 740, gifts on 7541; what volunteers waive goes"
              " from 468100 to 754120."), "M", ASSOCIATION),
    Point("funds", _lt("Own funds on 1024, 1034 and 1068"),
          _lt("Funds without right of recovery go to 1024, with it to 1034; the reserve for the project to 1068."),
          "S", ASSOCIATION),
    Point("dedicated", _lt("Dedicated funds on 194, 689 and 789"),
          _lt("What a grant leaves unused at a closing is put aside by 689400 on 194000, and taken back by 789400."),
          "S", ASSOCIATION),
    Point("capital", _lt("Subscriptions of capital on 456150"),
          _lt("A running subscription goes through 456150, and not 456250 or 456300."), "M", COMPANIES),
    Point("capital_owed", _lt("Capital to be reimbursed, 456700"),
          _lt("Odoo's chart has 456700 among the assets, though it is a debt: the balance sheet is to be read so, or"
              " its type changed by the accountant."), "V", COMPANIES),
    Point("cautions", _lt("Cautions bear no VAT"),
          _lt("A caution to be given back bears no VAT on 165100; what is kept of it goes to 758000, and its VAT is"
              " decided case by case."), "M"),
    Point("deferred", _lt("Deferred income by days"),
          _lt("What is invoiced for the next year is deferred by days, on 487000, and taken back on the first day."),
          "S"),
    Point("coworking", _lt("Desks and services at 20 %"),
          _lt("A desk with its services is a service at the usual rate."), "M", regimes=("subject",)),
    Point("receipts", _lt("VAT due when services are paid"),
          _lt("The VAT of services is due when they are paid; until then it waits on 445740."), "M",
          regimes=("subject",), dues=("receipts",)),
    Point("debits", _lt("VAT due when services are invoiced"),
          _lt("The company opted to owe VAT on debits: it told its tax office, and its invoices say it."), "M",
          regimes=("subject",), dues=("debits",)),
    Point("bare_rooms", _lt("Bare rooms are exempt unless opted for"),
          _lt("A room let without services is exempt (261 D), unless the company opted for VAT."), "M",
          regimes=("subject",)),
    Point("packs", _lt("Prepaid packs: VAT at their sale"),
          _lt("A pack for one service at one rate, in a known place, owes its VAT when it is sold; another one when it"
              " is used."), "S", regimes=("subject",)),
    Point("rates", _lt("Reduced rates"),
          _lt("Shows at 5.5 %, their first 140 at 2.1 %; exhibitions and food eaten there at 10 %; alcohol at 20 %."),
          "S", regimes=("subject",)),
    Point("franchise", _lt("Below the threshold of VAT"),
          _lt("Services stay below 37,500 euros a year, 41,250 at most: the finance act of 2026 is to be read."), "S",
          regimes=("franchise",)),
    Point("exempt", _lt("Exempt for its members"),
          _lt("Management is disinterested, members are lasting ones, sales to others stay below 10 %, and there is no"
              " bar or restaurant among them."), "S", (*ASSOCIATION, *PUBLIC, "other"), ("exempt",)),
    Point("exempt_company", _lt("A company that is exempt as an association"),
          _lt("Article 261, 7 is for bodies whose management is disinterested: a company rarely is one."), "M",
          COMPANIES, ("exempt",)),
    Point("outside", _lt("Not subject to VAT"),
          _lt("Nothing that is sold competes with a business: receipts of that kind stay below 80,011 euros a year."),
          "S", (*ASSOCIATION, *PUBLIC, "other"), ("outside",)),
    Point("outside_company", _lt("A company that is not subject to VAT"),
          _lt("A company that sells something is subject to VAT, even when it is exempt or below the threshold."), "M",
          COMPANIES, ("outside",)),
    Point("public_chart", _lt("A chart for businesses"),
          _lt("A public body keeps most of its books by a public chart: this one is for what it runs as a business."),
          "M", PUBLIC),
    Point("mentions", _lt("Articles named on invoices"),
          _lt("The rules of VAT moved from the CGI to the CIBS on 1 September 2026; the old articles are tolerated"
              " until 31 December 2027."), "S", regimes=UNTAXED),
    Point("late", _lt("Late payments between professionals"),
          _lt("Three times the legal rate, 40 euros of costs, no discount for early payment: the mentions say so."),
          "M"),
)


def wanted(table, form, regime, due):
    """Return the rows of a table that a company of this form and regime wants.

    :param due: "receipts" or "debits"; it counts for companies subject to VAT only

    >>> [row.code for row in wanted(ACCOUNTS, "association", "franchise", "receipts") if row.code[:2] == "75"]
    ['754000', '754100', '754120', '756100', '756200', '758000']
    >>> [row.code for row in wanted(ACCOUNTS, "sas", "subject", "debits") if row.code.startswith("4457")]
    ['445710']
    >>> [row.key for row in wanted(POINTS, "scic_sarl", "subject", "receipts") if row.source == "V"]
    ['capital_owed']
    """
    return [
        row for row in table
        if form in row.forms and regime in row.regimes and (regime != "subject" or due in row.dues)
    ]
