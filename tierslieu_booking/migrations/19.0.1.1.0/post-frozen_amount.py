def migrate(cr, version):
    """Copy the price of bookings to the order lines that carry it: they keep it themselves now."""
    cr.execute(
        """
        UPDATE sale_order_line l SET tierslieu_amount = b.amount
          FROM tierslieu_booking_line b
         WHERE b.id = l.tierslieu_booking_line_id AND l.tierslieu_amount IS NULL
        """
    )
