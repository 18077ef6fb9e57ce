def migrate(cr, version):
    """Drop the index that (unit_id, stop) replaces: the planner would still read the past of a unit through it."""
    cr.execute("DROP INDEX IF EXISTS tierslieu_occupancy__unit_id_index")
