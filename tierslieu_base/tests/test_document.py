import io
import zipfile

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..kernels import document
from .proof_common import ProofCase, a_pdf, a_picture

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def an_archive():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("evil.js", "alert(1)")
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestDocument(ProofCase):
    """What is taken for a document."""

    def test_documents(self):
        for data, kind in (
            (a_pdf(), document.PDF),
            (a_picture("PNG"), document.PNG),
            (a_picture("JPEG"), document.JPEG),
        ):
            self.assertEqual(document.recognise(data), kind)

    def test_everything_else_is_refused_in_one_sentence(self):
        png, jpeg, pdf = a_picture("PNG"), a_picture("JPEG"), a_pdf()
        cases = {
            "svg": SVG,
            "html": HTML,
            "gif": a_picture("GIF"),
            "zip": an_archive(),
            "text": b"certificate",
            "zeros": bytes(2000),
            "png that goes on": png + HTML,
            "png and zip": png + an_archive(),
            "jpeg and zip": jpeg + an_archive(),
            "jpeg and page": jpeg + HTML,
            "jpeg and pdf": jpeg + pdf,
            "pdf and zip": pdf + an_archive() + b"%%EOF",
            "page before a pdf": HTML + pdf,
            "pdf that begins as a page": b"%PDF-1.4\n" + HTML + pdf,
            "pdf without an end": pdf[: len(pdf) // 2],
            "png without an end": png[:-20],
            "name of a png only": b"\x89PNG",
            "signature of a jpeg only": b"\xff\xd8\xff\xe0" + bytes(100),
            "picture of a page": HTML + png,
        }
        for name, data in cases.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "neither a PDF nor a picture"):
                self.Proof._read_document(data)

    def test_a_broken_picture_is_a_sentence(self):
        broken = bytearray(a_picture("JPEG", size=(400, 400)))
        broken[20:200] = bytes(180)
        with self.assertRaisesRegex(UserError, "cannot be read|neither a PDF"):
            self.Proof._read_document(bytes(broken))

    def test_a_picture_that_unpacks_to_too_much(self):
        bomb = a_picture("PNG", size=(9000, 9000))
        self.assertLess(len(bomb), 5 * 1024 * 1024)
        with self.assertRaisesRegex(UserError, "cannot be read"):
            self.Proof._read_document(bomb)

    def test_a_picture_is_drawn_anew(self):
        exif = Image.Exif()
        exif[0x010F] = "Un appareil"
        exif[0x8825] = {1: "N", 2: (47.0, 13.0, 6.0)}
        jpeg = a_picture("JPEG", size=(3000, 1500), exif=exif)
        self.assertIn(b"Un appareil", jpeg)
        kept, kind = self.Proof._read_document(jpeg)
        self.assertEqual(kind, document.JPEG)
        self.assertNotIn(b"Un appareil", kept)
        picture = Image.open(io.BytesIO(kept))
        self.assertEqual(picture.size, (2000, 1000))
        self.assertFalse(picture.getexif())

    def test_a_picture_taken_sideways_stands_up(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        kept, _kind = self.Proof._read_document(a_picture("JPEG", size=(60, 40), exif=exif))
        self.assertEqual(Image.open(io.BytesIO(kept)).size, (40, 60))

    def test_size(self):
        self.env["ir.config_parameter"].set_param("tierslieu_base.proof_max_mb", "1")
        large = a_pdf() + b" " * (1024 * 1024) + b"%%EOF"
        with self.assertRaisesRegex(UserError, "1 MB at the most"):
            self.Proof._read_document(large)
        with self.assertRaisesRegex(UserError, "Choose a file"):
            self.Proof._read_document(b"")
        for nonsense in ("", "0", "-3", "many", "٣"):
            self.env["ir.config_parameter"].set_param("tierslieu_base.proof_max_mb", nonsense)
            self.assertEqual(self.Proof._most_bytes(), 5 * 1024 * 1024)

    def test_names(self):
        for name, kept in (
            ("card.pdf", "card.pdf"),
            ("card.html", "card.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\photos\\carte.exe", "carte.pdf"),
            ("a\r\nX-Evil: 1.pdf", "a X-Evil: 1.pdf"),
            ("", "document.pdf"),
            (None, "document.pdf"),
            ("..", "document.pdf"),
            ("x" * 10_000 + ".pdf", "x" * 80 + ".pdf"),
        ):
            self.assertEqual(self.Proof._plain_name(name, document.PDF), kept)
