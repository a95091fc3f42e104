"""The plain way to make thumbnails: one Pillow loop; thumbnail() decodes a JPEG at a reduced scale by itself.

Usage: thumbnails_pillow.py FOLDER SIDE; prints pictures and seconds.
"""

import pathlib
import sys
import time

from PIL import Image


def main(folder, side):
    files = sorted(pathlib.Path(folder).iterdir())
    start = time.perf_counter()
    for file in files:
        with Image.open(file) as image:
            image.thumbnail((side, side))
            image.convert("RGB").tobytes()
    print(len(files), time.perf_counter() - start)


main(sys.argv[1], int(sys.argv[2]))
