"""QR codes, drawn here: no page asks another host for one."""

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathImage


def qr_code(text):
    """Return the QR code of a text, ready to be drawn.

    A quarter of it may be scratched: printed ones live in pockets and on doors.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=2)
    code.add_data(text)
    code.make(fit=True)
    return code


def qr_svg(text):
    """Return a QR code as the address of a drawing, sharp at any size."""
    drawing = qr_code(text).make_image(image_factory=SvgPathImage).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"


def qr_png(text):
    """Return a QR code as the address of a picture, for the PDF."""
    return f"data:image/png;base64,{base64.b64encode(qr_picture(text)).decode()}"


def qr_picture(text):
    """Return a QR code as a PNG picture (bytes)."""
    stream = io.BytesIO()
    qr_code(text).make_image().save(stream, format="PNG")
    return stream.getvalue()
