"""The people of Le Quai: their charter, in two versions, and their cards."""

from datetime import timedelta

from odoo import fields

FIRST = """
<p>Le Quai est un lieu partagé, ouvert par des habitantes et des habitants du quartier des Tanneurs. On y vient
travailler, se réunir, apprendre, réparer, cuisiner. Cette charte tient en une page : elle dit ce que chacun peut
attendre des autres.</p>
<h3>Accueillir</h3>
<p>Toute personne est bienvenue, quels que soient son âge, son origine, son genre, ses moyens. On se présente à qui
arrive, on fait visiter, on laisse une place à table.</p>
<p>Aucune parole ni aucun geste sexiste, raciste, homophobe ou validiste n'a sa place ici. Qui en est témoin le dit à
l'équipe, qui agit le jour même.</p>
<h3>Partager les espaces</h3>
<p>Chacun réserve ce dont il a besoin, et pas davantage. Une réservation qui ne servira pas s'annule : quelqu'un d'autre
attend peut-être.</p>
<p>On laisse l'espace comme on aimerait le trouver : tables essuyées, tableau effacé, chaises rangées, lumières
éteintes.</p>
<p>La cuisine est à tout le monde. On lave sa vaisselle, on étiquette ce qu'on met au réfrigérateur.</p>
<h3>Le bruit</h3>
<p>Au coworking, on parle bas. Les appels et les visios se prennent au Petit salon ou dehors.</p>
<h3>Les affaires de chacun</h3>
<p>On ne laisse rien de valeur sans surveillance. Les casiers ferment à clé ; Le Quai ne répond pas des vols.</p>
<h3>Prendre part</h3>
<p>Le Quai vit aussi du temps que ses membres lui donnent : un créneau d'accueil, un atelier, un coup de main. Une
réunion ouverte à tous se tient le premier mardi de chaque mois à 18 h.</p>
<h3>En cas de désaccord</h3>
<p>On se parle d'abord. Si cela ne suffit pas, deux membres qui ne sont pas concernés écoutent chacun et proposent une
suite. En dernier recours, la coopérative peut mettre fin à un accès, après avoir entendu la personne.</p>
"""

NOISE = "<p>Au coworking, on parle bas. Les appels et les visios se prennent au Petit salon ou dehors.</p>"
NOISE_NOW = """
<p>Au coworking, on parle bas. Les appels et les visios se prennent au Petit salon, à la table des appels ou
dehors.</p>
<p>Les soirs d'événement, le coworking ferme à 18 h : le programme est affiché à l'entrée une semaine avant.</p>
"""
THINGS = "<h3>Les affaires de chacun</h3>"
IMAGES = """
<h3>Les images et les données</h3>
<p>On ne photographie ni ne filme personne sans son accord. Les données des membres servent à la vie du lieu et à rien
d'autre : chacun peut en prendre une copie ou demander leur effacement depuis son compte.</p>
"""
SUMMARY = (
    "Les appels ont leur table, le coworking ferme à 18 h les soirs d'événement, et un paragraphe"
    " dit ce que deviennent les photos et les données."
)
# Days ago, and how, each accepted the first and the second version.
ACCEPTED = {
    "alice": ((290, "paper"), None),
    "bruno": ((288, "paper"), (18, "portal")),
    "claire": ((250, "paper"), (20, "portal")),
    "driss": ((241, "portal"), (17, "portal")),
    "elodie": ((200, "portal"), None),
    "fatou": ((190, "paper"), (12, "paper")),
    "gwenael": ((133, "portal"), (20, "portal")),
    "hugo": (None, (9, "paper")),
    "ines": ((90, "portal"), (19, "portal")),
    "jeanne": ((61, "paper"), None),
    "karim": (None, (4, "portal")),
}
CARDS = ("alice", "bruno", "claire", "driss", "elodie", "fatou", "gwenael", "hugo", "ines", "jeanne", "karim", "lucie")


def build_people(env):
    """Publish the charter, let people accept it, and give them their cards."""
    host = env["res.users"].search([("login", "=", "sami")])
    _charter(env, host)
    cards = env["tierslieu.card"].with_user(host).sudo()
    for name in CARDS:
        cards._issue(env.ref(f"le_quai.{name}"), env.company)
    lost = cards._of(env.ref("le_quai.hugo"), env.company)
    lost._revoke("lost")
    cards._issue(lost.partner_id, env.company)
    env["tierslieu.retention.rule"]._refresh()


def _charter(env, host):
    """Publish each version on its day, then accept it as people did before the next one."""
    now = fields.Datetime.now()
    charter = env["tierslieu.charter"].create({"name": "Charte du Quai"})
    second = FIRST.replace(NOISE, NOISE_NOW).replace(THINGS, IMAGES + THINGS)
    acceptances = env["tierslieu.charter.acceptance"].with_user(host).sudo()
    for nth, (days_ago, values) in enumerate(
        ((300, {"body": FIRST}), (21, {"body": second, "summary": SUMMARY}))
    ):
        version = env["tierslieu.charter.version"].create({"charter_id": charter.id} | values)
        version._publish(now - timedelta(days=days_ago))
        for name, moments in ACCEPTED.items():
            if moments[nth]:
                days, channel = moments[nth]
                acceptances._accept(
                    env.ref(f"le_quai.{name}"), version, channel, accepted_at=now - timedelta(days=days)
                )
