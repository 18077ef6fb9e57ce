"""The cards that people keep for their subscription, what they are charged, and the welcome of a newcomer."""

from .bank import journal_of

# Who keeps a card, and how their bank answers.
CARDS = {
    "hugo": "done", "ines": "done", "jeanne": "done", "karim": "done", "lucie": "done", "nadia": "done",
    "quentin": "done", "rachida": "done", "ulysse": "done", "ousmane": "done", "marius": "error",
}
NEWCOMER, STEPS_DONE = "colette", 3


def build_cards(env):
    """Keep the cards, charge what is due to them, and begin the welcome of who has just come."""
    company = env.company
    provider = env.ref("payment.payment_provider_demo").sudo()
    provider.allow_tokenization = True
    if not provider.journal_id:
        provider.journal_id = journal_of(env, "bank")
    for nth, (who, state) in enumerate(CARDS.items()):
        _keep_card(env, provider, env.ref(f"le_quai.{who}"), f"{4242 + 137 * nth}", state)
    charges = env["tierslieu.charge"].sudo()
    charges._find_due()
    for charge in charges._todo():
        # The whole of Le Quai is one transaction: nothing is saved in between.
        charge._step(lambda *done, **left: None)
    _welcome(env, company)


def _keep_card(env, provider, partner, digits, state):
    contracts = env["contract.contract"].sudo().search(
        [("partner_id", "=", partner.id), ("tierslieu_plan_id", "!=", False)]
    )
    token = env["payment.token"].sudo().create(
        {
            "provider_id": provider.id,
            "payment_method_id": env.ref("payment_demo.payment_method_demo").id,
            "payment_details": digits,
            "partner_id": partner.id,
            "provider_ref": f"le-quai-{digits}",
            "demo_simulated_state": state,
        }
    )
    contracts._tierslieu_keep_card(token, partner)


def _welcome(env, company):
    """Let newcomers be welcomed from now on; the last one is half way through."""
    company.tierslieu_onboarding = True
    contract = env["contract.contract"].sudo().search(
        [("partner_id", "=", env.ref(f"le_quai.{NEWCOMER}").id), ("tierslieu_plan_id", "!=", False)], limit=1
    )
    company._tierslieu_welcome(contract, contract.tierslieu_start)
    steps = contract.activity_ids.filtered("tierslieu_onboarding").sorted(lambda step: (step.date_deadline, step.id))
    steps[:STEPS_DONE].action_done()
