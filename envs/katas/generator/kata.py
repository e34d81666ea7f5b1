"""One kata: a condition put into a shape, with names drawn at random; and the cases that test it."""

import string
from random import Random
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
    roles = [*shape.arguments, *condition.arguments]
    names = draw_names(shape, condition, rng)
    test = condition.test.format_map({**names, "x": shape.over.format_map(names)})
    words = {**names, "cond": rng.choice(condition.phrases).format_map(names), "test": test}
    body = shape.body.strip().format_map(words).splitlines()
    arguments = ", ".join(names[role.partition("=")[0]] + role[len(role.partition("=")[0]) :] for role in order(roles))
    name = f"{shape.verb}_{condition.slug}"
    code = [f"def {name}({arguments}):", f'    """{shape.doc.format_map(words)}"""', *(f"    {line}" for line in body)]
    code = "\n".join(code) + "\n"
    return Kata(shape.family, name, code, make_cases(name, code, order(roles), rng))


def order(roles):
    """Arguments with a default come last, as Python asks."""
    return sorted(roles, key=lambda role: "=" in role)


def draw_names(shape, condition, rng):
    """A name for every brace; no two alike."""
    braces = dict.fromkeys(
        field
        for text in (shape.over, shape.doc, shape.body, *shape.arguments, condition.test)
        for _, field, _, _ in string.Formatter().parse(text if "=" not in text or "{" in text else "")
        if field
    )
    braces.update(dict.fromkeys(role.partition("=")[0] for role in (*shape.arguments, *condition.arguments)))
    names = {}
    for brace in braces:
        if brace in NAMES:
            names[brace] = rng.choice([name for name in NAMES[brace] if name not in names.values()])
    return names


def make_cases(name, code, roles, rng):
    """Calls whose arguments lie on and beside the condition's bounds, and what they return."""
    scope = {}
    exec(code, scope)  # noqa: S102: our own text
    cases = {}
    while len(cases) < CASES:
        values = draw_arguments(roles, rng, empty=len(cases) == 0)
        call = f"{name}({', '.join(map(show, values))})"
        cases[call] = show(eval(call, scope))  # noqa: S307
    return tuple(cases.items())


def draw_arguments(roles, rng, empty):
    """Small values; with `empty`, nothing to work on, so that one case is easy."""
    low = rng.randint(1, 4)
    high = low + rng.randint(2, 4)
    near = [low - 1, low, low + 1, high - 1, high, high + 1]
    size = 0 if empty else rng.randint(3, 5)
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
        "b": rng.choice((high, 1)) if low != 1 else high,
        "group": rng.sample(near, k=3),
        "center": high,
        "gap": rng.randint(1, 2),
        "fee": rng.randint(2, 9),
        "default": rng.randint(-3, -1),
        "most": rng.randint(1, 3),
        "first": low - 1,
        "last": high + 1,
    }
    given = [role for role in roles if "=" not in role or (not empty and rng.random() < 0.5)]
    return [values[role.partition("=")[0]] for role in given]


def show(value):
    return repr(value).replace("'", '"')
