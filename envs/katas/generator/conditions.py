"""What a kata can ask of a number: the words its docstring says, and the expression that means them.

`{x}` is the number; the other braces are parameters of the kata.
"""

from typing import NamedTuple


class Condition(NamedTuple):
    slug: str
    phrases: tuple[str, ...]
    test: str


NAMES = {
    "k": ("k", "m", "limit", "bound", "mark", "level"),
    "low": ("low", "start", "bottom", "floor", "lower"),
    "high": ("high", "end", "top", "ceiling", "upper"),
    "a": ("a", "p", "left", "one", "u"),
    "b": ("b", "q", "right", "two", "v"),
    "group": ("group", "allowed", "known", "chosen", "given"),
    "center": ("center", "goal", "point", "target"),
    "gap": ("gap", "reach", "span", "width"),
}

CONDITIONS = (
    Condition("at_least", ("at least {k}", "{k} or more"), "{x} >= {k}"),
    Condition("above", ("above {k}", "more than {k}"), "{x} > {k}"),
    Condition("at_most", ("at most {k}", "{k} or less"), "{x} <= {k}"),
    Condition("below", ("below {k}", "less than {k}"), "{x} < {k}"),
    Condition("equal", ("equal to {k}",), "{x} == {k}"),
    Condition("other", ("other than {k}",), "{x} != {k}"),
    Condition("positive", ("above zero", "more than zero"), "{x} > 0"),
    Condition("negative", ("below zero", "less than zero"), "{x} < 0"),
    Condition("natural", ("at least zero", "zero or more"), "{x} >= 0"),
    Condition("even", ("even",), "{x} % 2 == 0"),
    Condition("odd", ("odd",), "{x} % 2 == 1"),
    Condition("multiple", ("divisible by {k}",), "{x} % {k} == 0"),
    Condition("uneven", ("not divisible by {k}",), "{x} % {k} != 0"),
    Condition("within", ("at least {low} and at most {high}",), "{low} <= {x} <= {high}"),
    Condition("between", ("above {low} and below {high}",), "{low} < {x} < {high}"),
    Condition("outside", ("below {low} or above {high}",), "{x} < {low} or {x} > {high}"),
    Condition("beyond", ("at most {low} or at least {high}",), "{x} <= {low} or {x} >= {high}"),
    Condition("either", ("either {a} or {b}",), "{x} == {a} or {x} == {b}"),
    Condition("neither", ("neither {a} nor {b}",), "{x} != {a} and {x} != {b}"),
    Condition("even_above", ("even and above {k}",), "{x} % 2 == 0 and {x} > {k}"),
    Condition("odd_below", ("odd and below {k}",), "{x} % 2 == 1 and {x} < {k}"),
    Condition("even_or_most", ("even or at most {k}",), "{x} % 2 == 0 or {x} <= {k}"),
    Condition("odd_or_least", ("odd or at least {k}",), "{x} % 2 == 1 or {x} >= {k}"),
    Condition("listed", ("in {group}",), "{x} in {group}"),
    Condition("unlisted", ("not in {group}",), "{x} not in {group}"),
    Condition("listed_above", ("in {group} and above {k}",), "{x} in {group} and {x} > {k}"),
    Condition("unlisted_even", ("even and not in {group}",), "{x} % 2 == 0 and {x} not in {group}"),
    Condition("near", ("at most {gap} away from {center}",), "abs({x} - {center}) <= {gap}"),
    Condition("far", ("more than {gap} away from {center}",), "abs({x} - {center}) > {gap}"),
    Condition("sum_least", ("at least {a} plus {b}",), "{x} >= {a} + {b}"),
    Condition("sum_below", ("below {a} plus {b}",), "{x} < {a} + {b}"),
    Condition("less_above", ("above {a} minus {b}",), "{x} > {a} - {b}"),
    Condition("times_most", ("at most {a} times {b}",), "{x} <= {a} * {b}"),
)
