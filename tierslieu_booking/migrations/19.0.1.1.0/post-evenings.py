def migrate(cr, version):
    """Keep the evenings closed where they were: an hour rate now opens them too.

    Hour rates had no hours of their own; those of places with an evening part
    apply until it begins.
    """
    cr.execute(
        """
        UPDATE tierslieu_rate r SET hour_to = p.hour_from
          FROM tierslieu_space s
          JOIN tierslieu_day_part p ON p.place_id = s.place_id AND p.code = 'evening'
         WHERE s.id = r.space_id AND r.time_unit = 'hour'
           AND r.hour_from < p.hour_from AND r.hour_to = 24
        """
    )
