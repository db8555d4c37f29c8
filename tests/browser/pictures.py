"""Photos as phones take them, drawn here: large, too grainy to compress to nothing, told apart by colour."""

from pathlib import Path

from PIL import Image


def take_photo(path: Path, colour: tuple[int, int, int], width: int = 1600, height: int = 1200) -> Path:
    """A JPEG of one colour under a grain, at `path`."""
    grain = Image.effect_noise((width, height), 48).convert("RGB")
    Image.blend(Image.new("RGB", (width, height), colour), grain, 0.25).save(path, quality=90)
    return path
