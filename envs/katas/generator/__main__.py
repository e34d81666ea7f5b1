"""Writes the katas: `python generator FOLDER`, a library of small pure functions with its tests.

`python generator --spare` prints instead, a JSON object a line, katas that are not in the library: of its shapes, and of others.
"""

import json
import sys
from pathlib import Path
from random import Random

from conditions import CONDITIONS
from kata import make_kata
from shapes import SHAPES
from spare_shapes import SPARE_SHAPES

SEED = 1
CONDITIONS_A_SHAPE = 9

TEST_FILE = """from unittest import TestCase

from katas.{family}.{name} import {name}


class Test(TestCase):
{tests}
"""


def make_library():
    """The katas of the library, and others."""
    rng = Random(SEED)
    chosen, spare = [], []
    for shape in SHAPES:
        for place, condition in enumerate(rng.sample(CONDITIONS, k=len(CONDITIONS))):
            (chosen if place < CONDITIONS_A_SHAPE else spare).append(make_kata(shape, condition, rng))
    spare += [make_kata(shape, condition, rng) for shape in SPARE_SHAPES for condition in CONDITIONS]
    return chosen, spare


def write_kata(kata, folder):
    write(folder / "katas" / kata.family / f"{kata.name}.py", kata.code)
    tests = "\n\n".join(
        f"    def test_{number}(self):\n        self.assertEqual({call}, {wanted})"
        for number, (call, wanted) in enumerate(kata.cases, 1)
    )
    text = TEST_FILE.format(family=kata.family, name=kata.name, tests=tests)
    write(folder / "tests" / kata.family / f"test_{kata.name}.py", text)
    write(folder / "tests" / kata.family / "__init__.py", "")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main(argument):
    library, spare = make_library()
    if argument == "--spare":
        for kata in spare:
            print(json.dumps(kata._asdict()))
    else:
        for kata in library:
            write_kata(kata, Path(argument))


main(sys.argv[1])
