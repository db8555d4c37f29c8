"""How many photos a core takes in: verified, oriented, stripped, re-encoded in three sizes and stored with fsync."""

import hashlib
import io
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmark.kernel.files import Files
from benchmark.photos.service import develop
from perf.table import Figure, show

SIZE, N_PHOTOS = (2048, 1536), 25


def picture() -> bytes:
    """A photo as phones send it, about 350 KB: coarse and fine structures over a slope of light."""
    coarse, fine = (
        Image.effect_noise((SIZE[0] // n, SIZE[1] // n), spread).resize(SIZE, Image.Resampling.BICUBIC)
        for n, spread in ((16, 90), (4, 40))
    )
    light = Image.linear_gradient("L").resize(SIZE)
    out = io.BytesIO()
    Image.merge("RGB", (coarse, light, fine)).save(out, "JPEG", quality=68)
    return out.getvalue()


def seconds_each(files: Files) -> float:
    """Seconds of CPU for one photo, the median; bytes behind a picture's end make each a file of its own."""
    content, taken = picture(), []
    for number in range(N_PHOTOS):
        photo, begin = content + bytes([number]), time.process_time()
        hashlib.sha256(photo).hexdigest()
        develop(files, photo)
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        seconds = seconds_each(Files(Path(folder)))
    show(Figure("photos taken in by one core", 1 / seconds, 15, "/s", is_floor=True))


if __name__ == "__main__":
    main()
