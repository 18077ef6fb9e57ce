def name_the_passing(env):
    """Call whoever buys at the door and leaves no name in the language of the place: a name is not translated."""
    lang = env.company.partner_id.lang or env["ir.default"]._get("res.partner", "lang") or env.lang
    env.ref("tierslieu_events.partner_passing").name = env(context=env.context | {"lang": lang})._("People who pass by")
