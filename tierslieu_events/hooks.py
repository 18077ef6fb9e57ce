def name_the_passing(env, lang=None):
    """Call whoever buys at the door and leaves no name in the language of the place: a name is not translated.

    Another name than the first, which somebody chose, stays.

    :param lang: code of a language; by default that of the company, or else of new contacts
    """
    def said(lang):
        return env(context=env.context | {"lang": lang})._("People who pass by")

    lang = lang or env.company.partner_id.lang or env["ir.default"]._get("res.partner", "lang") or env.lang
    passing = env.ref("tierslieu_events.partner_passing")
    if passing.name == said("en_US"):
        passing.name = said(lang)
