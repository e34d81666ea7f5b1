"""Random pairs with the ratios that CPython's difflib gives them, one JSON line a pair: {a, b, ratio, ratio_no_autojunk}.

    python3 bench/reward/difflib_pairs.py SEED COUNT [LONGEST]

ratio_no_autojunk is left out where it would cost difflib too long (many pairs of equal characters).
"""
import json
import random
import sys
from collections import Counter
from difflib import SequenceMatcher

ALPHABETS = ["a", "ab", "abc", "acgt", "etaoin shrdlu", "abcdefghijklmnopqrstuvwxyz (){}[]<>=.,;:_\n\t\"'/-0123456789",
             "".join(map(chr, range(0x4E00, 0x4F00))), "ab\u00e9\u65e5\U0001F642\U0001F643\U0001D4B3", "x\ud83d\ud83e", "x\ude42\ude43"]
WORDS = """git diff head cat grep -rn sed -i 's/a/b/' python -m pytest tests/ src/app.py && | 2>&1 echo $? def return self.value
import ( ) : = == None if not \u00e9t\u00e9 \u65e5\u672c \U0001F642 <function=bash> <parameter=command> </parameter> </function>""".split()
# difflib's work is about the number of equal pairs of characters for each block.
MOST_EQUAL_PAIRS = 100_000


def length(rng, longest):
    """Short ones are common; so are those around 200, where autojunk begins."""
    kind = rng.random()
    if kind < 0.15:
        return min(longest, rng.choice([198, 199, 200, 201, 202]))
    return int(longest ** rng.random()) if kind < 0.85 else rng.randrange(longest + 1)


def text(rng, size):
    kind = rng.random()
    if kind < 0.35:
        alphabet = rng.choice(ALPHABETS)
        return "".join(rng.choices(alphabet, k=size))
    if kind < 0.5:
        # A few characters are common, many are rare: what autojunk is about.
        alphabet = ALPHABETS[5] + ALPHABETS[6]
        return "".join(rng.choices(alphabet, [1 / (1 + n) for n in range(len(alphabet))], k=size))
    if kind < 0.6:
        # A period that is broken now and then.
        period = "".join(rng.choices(rng.choice(ALPHABETS), k=rng.randrange(1, 40)))
        return edit(rng, (period * (size // len(period) + 1))[:size], 0.01)[:size]
    joined = ""
    while len(joined) < size:
        joined += rng.choice(WORDS) + rng.choice([" ", " ", " ", "\n", "", "\n    "])
    return joined[:size]


def edit(rng, source, rate):
    result = []
    for character in source:
        chance = rng.random()
        if chance < rate / 3:
            continue
        result.append(rng.choice(source) if chance < rate else character)
        if chance > 1 - rate / 3:
            result.append(rng.choice("xyz \n\U0001F642"))
    return "".join(result)


def move_blocks(rng, source):
    cuts = sorted(rng.randrange(len(source) + 1) for _ in range(rng.randrange(1, 6)))
    parts = [source[low:high] for low, high in zip([0, *cuts], [*cuts, len(source)])]
    rng.shuffle(parts)
    return "".join(parts)


def pair(rng, longest):
    a = text(rng, length(rng, longest))
    kind = rng.random()
    if kind < 0.4:
        b = edit(rng, a, rng.choice([0.002, 0.02, 0.1, 0.4]))
    elif kind < 0.55:
        b = edit(rng, move_blocks(rng, a), rng.choice([0, 0.02]))
    else:
        b = text(rng, length(rng, longest))
    return (a, b[:longest]) if rng.random() < 0.5 else (b[:longest], a)


def equal_pairs(a, b, ignored=()):
    in_b = Counter(b)
    return sum(uses * in_b[character] for character, uses in Counter(a).items() if character not in ignored)


def main(seed, count, longest=5000):
    rng = random.Random(int(seed))
    left = int(count)
    while left > 0:
        a, b = pair(rng, int(longest))
        for first, second in ((a, b), (b, a)):
            popular = SequenceMatcher(None, "", second).bpopular
            if left == 0 or equal_pairs(first, second, popular) > MOST_EQUAL_PAIRS:
                continue
            row = {"a": first, "b": second, "ratio": SequenceMatcher(None, first, second).ratio()}
            if equal_pairs(first, second) <= MOST_EQUAL_PAIRS:
                row["ratio_no_autojunk"] = SequenceMatcher(None, first, second, autojunk=False).ratio()
            print(json.dumps(row))
            left -= 1


main(*sys.argv[1:])
