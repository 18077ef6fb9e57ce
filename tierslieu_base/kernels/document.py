"""What a file really is, from its bytes alone.

Names and announced types are what the sender says. A file is a PDF, a JPEG or
a PNG only if it begins as one, ends as one, and is nothing else besides: a
"polyglot" is two things at once, a picture for the check and a page of script
for whoever opens it.

>>> recognise(b"%PDF-1.7 1 0 obj << >> endobj trailer %%EOF")
'application/pdf'
>>> recognise(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
True
>>> recognise(b"%PDF-1.7 <script>alert(1)</script> %%EOF") is None
True
"""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Where a browser or a script interpreter would begin to believe something else.
HEAD = 1024
MARKUP = (
    b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<img", b"<?php",
    b"<object", b"<embed",
)
# In a picture they have no business anywhere.
FOREIGN = (b"<script", b"<html", b"<?php", b"%pdf-")
# The end of a zip archive: its directory, and a comment of 64 KB at the most.
ZIP_END, ZIP_TAIL = b"pk\x05\x06", 22 + 65535


def recognise(data):
    """Return the type of a document: PDF, JPEG, PNG, or None for anything else.

    :param data: the whole file, bytes
    """
    kind = _kind(data)
    if kind is None or _hides_another(data.lower(), kind):
        return None
    return kind


def _kind(data):
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-HEAD:]:
        return PDF
    if data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[3:]:
        return JPEG
    if data.startswith(PNG_SIGNATURE) and _png_length(data) == len(data):
        return PNG
    return None


def _png_length(data):
    """Return the number of bytes up to the end of the last block of a PNG; 0 when it has none."""
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        name = data[position + 4:position + 8]
        position += 12 + int.from_bytes(data[position:position + 4], "big")
        if name == b"IEND":
            return position
    return 0


def _hides_another(lower, kind):
    """Whether a file, in lower case, is also a page, a script or an archive."""
    return (
        any(word in lower[:HEAD] for word in MARKUP)
        or ZIP_END in lower[-ZIP_TAIL:]
        or (kind != PDF and any(word in lower for word in FOREIGN))
    )
