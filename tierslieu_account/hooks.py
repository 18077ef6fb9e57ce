def post_init(env):
    """Make the activities and thresholds of the companies that are there.

    The words of their language are loaded by now: data files come before them.
    """
    env["account.analytic.account"]._tierslieu_make()
    env["tierslieu.books.threshold"]._propose()
