def post_init(env):
    """Make the activities of the companies that are there, in the words of their language: it is loaded by now."""
    env["account.analytic.account"]._tierslieu_make()
