"""Small copies of pictures, for lists."""

from io import BytesIO

from PIL import Image

WEBP_QUALITY = 80


def thumbnail(image: Image.Image, longest: int = 512) -> bytes:
    """Return a WebP of *image* whose longer side is at most *longest* pixels, without metadata; never enlarged."""
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.info = {}
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    file = BytesIO()
    small.save(file, "WEBP", quality=WEBP_QUALITY)
    return file.getvalue()
