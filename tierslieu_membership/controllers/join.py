from datetime import date as Date

from werkzeug.exceptions import NotFound, TooManyRequests

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.http import Controller, request, route

from odoo.addons.tierslieu_base.controllers.visitor import may_try, page
from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.kernels.typed import one_line
from odoo.addons.tierslieu_booking.controllers.book import MAX_ID

KEPT = "tierslieu_join"
TRIES_AN_HOUR = 90
MOST_TYPED = 3000
MOST_ORGANISATION = 120


class Join(Controller):
    """Joining, one question a screen: who, the charter, the adhesion, a plan or a pack, then one payment.

    What was typed is kept in the session, what was chosen in the cart: whoever comes back goes on from there.
    """

    # -- Where one is

    def _kept(self):
        kept = request.session.get(KEPT)
        return dict(kept) if isinstance(kept, dict) else {}

    def _keep(self, **values):
        request.session[KEPT] = self._kept() | values

    def _company(self):
        return request.website.company_id.sudo()

    def _is_guest(self):
        return request.env.user._is_public()

    def _partner(self):
        """Return who joins: who is logged in, the contact of this cart, or a passer-by."""
        if self._is_guest() and request.cart:
            return request.cart.partner_id.sudo()
        return request.env.user.partner_id.sudo()

    def _charters(self):
        """Return the current charters, and those that who joins has not accepted yet."""
        company = self._company()
        if self._is_guest():
            current = request.env["tierslieu.charter"].sudo()._current_versions(company)
            return current, current.filtered(lambda one: one.id not in self._kept().get("charters", []))
        return (
            request.env["tierslieu.charter"].sudo()._current_versions(company),
            self._partner()._tierslieu_charters_waiting(company),
        )

    def _lines(self):
        return request.cart.sudo().order_line if request.cart else request.env["sale.order.line"].sudo()

    def _steps(self):
        """Return [(step, whether it is done)] of who joins here."""
        kept, lines, company = self._kept(), self._lines(), self._company()
        steps = [("who", bool(kept.get("name")))] if self._is_guest() else []
        current, waiting = self._charters()
        if current:
            steps.append(("charter", not waiting))
        skipped = kept.get("skipped", [])
        if request.env["product.template"]._tierslieu_adhesions_of(company, online=True):
            steps.append(("adhesion", bool(lines._tierslieu_adhesion_lines()) or "adhesion" in skipped))
        if request.env["tierslieu.plan"]._tierslieu_online(company) or self._packs():
            chosen = lines._tierslieu_plan_lines() | lines._tierslieu_packs()
            steps.append(("plan", bool(chosen) or "plan" in skipped))
        return [*steps, ("ready", False)]

    def _packs(self):
        return request.env["product.template"]._tierslieu_on_sale(request.website)

    def _before(self, step):
        """Return the first step that must be answered before this one, or None."""
        for name, done in self._steps():
            if name == step:
                return None
            if not done and name in ("who", "charter"):
                return name
        raise NotFound()

    def _go(self, step):
        return request.redirect(f"/join/{step}")

    def _after(self, step):
        names = [name for name, _done in self._steps()]
        return self._go(names[names.index(step) + 1])

    # -- Pages

    @route("/join", type="http", auth="public", website=True, sitemap=True)
    def join(self, **kwargs):
        """Show what joining brings and asks, and go on from where one was."""
        steps = self._steps()
        undone = next(name for name, done in steps if not done)
        return page("tierslieu_membership.join_welcome", self._values("", {
            "next_step": undone, "resumes": bool(self._kept() or self._lines()),
            "adhesions": [
                (product, product._tierslieu_adhesion_price(self._partner()))
                for product in request.env["product.template"]._tierslieu_adhesions_of(self._company(), online=True)
            ],
        }))

    @route("/join/<string:step>", type="http", auth="public", website=True, sitemap=False, methods=["GET", "POST"])
    def join_step(self, step, **form):
        """Show a step, or take its answer."""
        if step not in ("who", "charter", "adhesion", "plan", "ready"):
            raise NotFound()
        if self._is_guest() is False and step == "who":
            return request.redirect("/join")
        if before := self._before(step):
            return self._go(before)
        said = None
        if request.httprequest.method == "POST":
            if not may_try("join", TRIES_AN_HOUR):
                raise TooManyRequests()
            if step in ("adhesion", "plan") and not form.get("skip"):
                # Before the savepoint: a refusal would leave the session with a cart that no longer exists.
                self._cart()
            try:
                with request.env.cr.savepoint():
                    return getattr(self, f"_take_{step}")(form)
            except (UserError, ValidationError) as refusal:
                said = str(refusal)
        show = getattr(self, f"_show_{step}")
        return page(f"tierslieu_membership.join_{step}", self._values(step, show(form), said))

    def _values(self, step, values, said=None):
        names = [name for name, _done in self._steps()]
        nth = names.index(step) if step in names else 0
        return {
            "step": step, "number": nth + 1, "count": len(names), "sentence": said,
            "back": f"/join/{names[nth - 1]}" if nth else "/join",
            "company": self._company(), "currency": self._company().currency_id,
            "is_guest": self._is_guest(),
            "has_booking": bool(request.cart and request.cart.sudo().tierslieu_booking_ids),
        } | values

    # -- Who

    def _show_who(self, form):
        kept = self._kept()
        return {name: one_line(form.get(name, kept.get(name, "")), 120) for name in ("name", "email", "phone")}

    def _take_who(self, form):
        who = request.env["tierslieu.join"]._read_who(form)
        self._keep(**who)
        if request.cart and not request.cart._is_anonymous_cart():
            request.env["tierslieu.join"]._give_who(request.cart, who)
        return self._after("who")

    # -- The charter

    def _show_charter(self, form):
        current, waiting = self._charters()
        return {"versions": current, "waiting": waiting}

    def _take_charter(self, form):
        current, waiting = self._charters()
        if waiting and not form.get("accept"):
            raise UserError(request.env._("Tick the box to say that you accept."))
        if self._is_guest():
            now = fields.Datetime.to_string(fields.Datetime.now())
            self._keep(charters=current.ids, charters_at=now)
        else:
            acceptances = request.env["tierslieu.charter.acceptance"].sudo()
            for version in waiting:
                acceptances._accept(self._partner(), version, "portal")
        return self._after("charter")

    # -- The cart

    def _cart(self):
        """Return the cart of who joins, theirs by now; what they accepted is kept with it."""
        order = request.cart or request.website._create_cart()
        if self._is_guest():
            kept = self._kept()
            request.env["tierslieu.join"]._give_who(
                order, {name: kept.get(name) or "" for name in ("name", "email", "phone")}
            )
            order.sudo().write(
                {
                    "tierslieu_charter_ids": [fields.Command.set(kept.get("charters", []))],
                    "tierslieu_charter_at": kept.get("charters_at") or False,
                }
            )
        return order

    def _skip(self, step, skip=True):
        skipped = [one for one in self._kept().get("skipped", []) if one != step]
        self._keep(skipped=[*skipped, step] if skip else skipped)

    def _chosen(self, value, records):
        """Return the one of some records that a form names; 404 for any other."""
        value = str(value or "")
        digits = value.isascii() and value.isdigit() and len(value) < 11
        found = records.filtered(lambda one: digits and 0 < int(value) <= MAX_ID and one.id == int(value))
        if not found:
            raise NotFound()
        return found

    # -- The adhesion

    def _show_adhesion(self, form):
        offers, until = request.env["tierslieu.join"]._adhesion_offers(self._partner(), self._company())
        line = self._lines()._tierslieu_adhesion_lines()[:1]
        return {
            "offers": offers, "until": until, "line": line, "typed": form,
            "organisation": (request.cart and request.cart.sudo().tierslieu_organisation) or "",
            "asks_organisation": not self._partner().commercial_partner_id.is_company,
        }

    def _take_adhesion(self, form):
        if form.get("skip"):
            self._lines()._tierslieu_adhesion_lines().unlink()
            self._skip("adhesion")
            return self._after("adhesion")
        offered = request.env["product.template"]._tierslieu_adhesions_of(self._company(), online=True)
        product = self._chosen(form.get("product"), offered)
        order = self._cart()
        if product.tierslieu_adhesion_for == "organisation" and not self._partner().commercial_partner_id.is_company:
            organisation = one_line(form.get("organisation"), MOST_ORGANISATION)
            if len(organisation) < 2:
                raise UserError(request.env._("Write the name of your organisation."))
            order.sudo().tierslieu_organisation = organisation
        people = str(form.get("people") or "")[:MOST_TYPED].replace("\x00", "")
        order._tierslieu_add_adhesion(product, self._amount(product, form.get("amount")), people)
        self._skip("adhesion", False)
        return self._after("adhesion")

    def _amount(self, product, value):
        """Return the amount typed where the price is free; None: what is suggested."""
        value = one_line(value, 20)
        if not product.tierslieu_free_price or not value:
            return None
        try:
            return float(typed.amount(value))
        except typed.Wrong as error:
            raise UserError(request.env._("Write the amount in figures, for example 15.")) from error

    # -- A plan, or a pack

    def _day(self, value):
        """Read a date of a form; None when it makes no sense."""
        try:
            return Date.fromisoformat(str(value or "")[:10])
        except ValueError:
            return None

    def _show_plan(self, form):
        line = self._lines()._tierslieu_plan_lines()[:1]
        today = self._company()._tierslieu_today()
        start = max(self._day(form.get("start")) or line.tierslieu_plan_start or today, today)
        packs = self._packs()
        return {
            "plans": request.env["tierslieu.join"]._plan_offers(self._partner(), self._company(), start),
            "packs": packs, "prices": packs._tierslieu_prices(request.pricelist),
            "line": line, "start": fields.Date.to_string(start), "today": fields.Date.to_string(today),
            "taken": self._lines()._tierslieu_packs().product_id.product_tmpl_id,
        }

    def _take_plan(self, form):
        lines = self._lines()
        if form.get("skip"):
            (lines._tierslieu_plan_lines() | lines._tierslieu_packs()).unlink()
            self._skip("plan")
            return self._after("plan")
        if form.get("pack"):
            pack = self._chosen(form["pack"], self._packs())
            if pack not in lines._tierslieu_packs().product_id.product_tmpl_id:
                self._cart()._cart_add(product_id=pack.product_variant_id.id, quantity=1)
        else:
            plan = self._chosen(form.get("plan"), request.env["tierslieu.plan"]._tierslieu_online(self._company()))
            self._cart()._tierslieu_add_plan(plan, self._day(form.get("start")))
        self._skip("plan", False)
        return self._after("plan")

    # -- Ready to pay

    def _show_ready(self, form):
        order = request.cart
        if order:
            order = self._cart().sudo()
        lines = order.website_order_line if order else self._lines()
        return {"order": order, "lines": lines, "plan_line": self._lines()._tierslieu_plan_lines()[:1]}

    def _take_ready(self, form):
        return request.redirect("/shop/checkout?try_skip_step=true")
