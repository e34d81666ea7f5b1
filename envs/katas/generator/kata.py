"""One kata: a condition put into a shape, with names drawn at random; and the cases that test it."""

import re
from typing import NamedTuple

import conditions
import shapes

NAMES = {**conditions.NAMES, **shapes.NAMES}
WORDS = ("a", "at", "sun", "tree", "apple", "garden", "evening")
CASES = 5


class Kata(NamedTuple):
    family: str
    name: str
    code: str
    cases: tuple[tuple[str, str], ...]


def make_kata(shape, condition, rng):
    """The kata of a shape and a condition: code, and calls with what they return."""
    asked = [f"{{{brace}}}" for brace in braces(condition.test) if brace != "x"]
    # Those with a default come last, as Python asks.
    parameters = sorted([*shape.parameters, *asked], key=lambda parameter: "=" in parameter)
    names = draw_names([*parameters, shape.over, shape.doc, shape.body], rng)
    text = {
        **names,
        "cond": rng.choice(condition.phrases).format_map(names),
        "test": condition.test.format_map({**names, "x": shape.over.format_map(names)}),
    }
    name = f"{shape.verb}_{condition.slug}"
    lines = [
        f"def {name}({', '.join(parameters).format_map(text)}):",
        f'    """{shape.doc.format_map(text)}"""',
        *(f"    {line}" for line in shape.body.strip().format_map(text).splitlines()),
    ]
    code = "\n".join(lines) + "\n"
    return Kata(shape.family, name, code, make_cases(name, code, parameters, rng))


def braces(text):
    return list(dict.fromkeys(re.findall(r"{(\w+)}", text)))


def draw_names(texts, rng):
    """A name for every brace that stands for one; no two alike."""
    names = {}
    for brace in braces(" ".join(texts)):
        if brace in NAMES:
            names[brace] = rng.choice([name for name in NAMES[brace] if name not in names.values()])
    return names


def make_cases(name, code, parameters, rng):
    """Calls whose arguments lie on and beside the condition's bounds, and what they return."""
    scope = {}
    exec(code, scope)
    cases = {}
    while len(cases) < CASES:
        arguments = draw_arguments(parameters, rng, easy=len(cases) == 0)
        call = f"{name}({', '.join(map(show, arguments))})"
        cases[call] = show(eval(call, scope))
    return tuple(cases.items())


def draw_arguments(parameters, rng, easy):
    """Small values, on the bounds and beside them; nothing to work on where the case is to be easy."""
    low = rng.randint(1, 4)
    high = low + rng.randint(2, 4)
    near = [low - 1, low, low + 1, high - 1, high, high + 1]
    size = 0 if easy else rng.randint(3, 5)
    values = {
        "items": rng.choices([*near, -1, 0], k=size),
        "x": rng.choice([*near, -1, 0]),
        "words": rng.choices(WORDS, k=size),
        "scores": dict(zip(("ann", "bob", "cy"), rng.choices(near, k=min(size, 3)))),
        "name": rng.choice(("ann", "bob")),
        "k": rng.choice((low, high)),
        "low": low,
        "high": high,
        "a": low,
        "b": high,
        "group": rng.sample(near, k=3),
        "center": high,
        "gap": rng.randint(1, 2),
        "fee": rng.randint(2, 9),
        "default": rng.randint(-3, -1),
        "most": rng.randint(1, 3),
        "first": low - 1,
        "last": high + 1,
    }
    given = [parameter for parameter in parameters if "=" not in parameter or (not easy and rng.random() < 0.5)]
    return [values[braces(parameter)[0]] for parameter in given]


def show(value):
    return repr(value).replace("'", '"')
