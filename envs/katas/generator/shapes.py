"""How a kata goes about its work: a family, the verb of its name, what its docstring says and its body.

`{cond}` are the words of a condition and `{test}` its expression over `over`; the other braces stand for NAMES.
"""

from typing import NamedTuple


class Shape(NamedTuple):
    family: str
    verb: str
    doc: str
    parameters: tuple[str, ...]
    body: str
    over: str = "{x}"


NAMES = {
    "items": ("items", "numbers", "values", "entries", "figures"),
    "x": ("x", "n", "y", "item", "value", "number", "element"),
    "out": ("out", "kept", "result", "found", "answer"),
    "total": ("total", "count", "amount", "weight", "tally"),
    "i": ("i", "j", "index", "place", "spot"),
    "fee": ("fee", "extra", "bonus", "tip", "toll"),
    "scores": ("scores", "points", "prices", "marks", "ages"),
    "name": ("name", "key", "who", "label"),
    "words": ("words", "names", "lines", "terms"),
    "word": ("word", "text", "w", "term"),
    "default": ("default", "missing", "backup", "spare"),
    "most": ("most", "size", "room", "places"),
    "first": ("first", "begin", "origin"),
    "last": ("last", "final", "finish"),
}

ITEMS = ("{items}",)

SHAPES = (
    # filters
    Shape("filters", "keep", "Keep the {items} that are {cond}.", ITEMS, """
{out} = []
for {x} in {items}:
    if {test}:
        {out}.append({x})
return {out}"""),
    Shape("filters", "select", "The {items} that are {cond}, in order.", ITEMS, """
return [{x} for {x} in {items} if {test}]"""),
    Shape("filters", "drop", "Leave out the {items} that are {cond}.", ITEMS, """
{out} = []
for {x} in {items}:
    if not ({test}):
        {out}.append({x})
return {out}"""),
    Shape("filters", "skip", "Skip the {items} that are {cond}, double the others.", ITEMS, """
{out} = []
for {x} in {items}:
    if {test}:
        continue
    {out}.append({x} * 2)
return {out}"""),
    Shape("filters", "fill", "Up to {most} of the {items} that are {cond}.", ("{items}", "{most}"), """
{out} = []
for {x} in {items}:
    if len({out}) < {most} and ({test}):
        {out}.append({x})
return {out}"""),
    # counts
    Shape("counts", "count", "Count the {items} that are {cond}.", ITEMS, """
{total} = 0
for {x} in {items}:
    if {test}:
        {total} += 1
return {total}"""),
    Shape("counts", "tally", "How many {items} are {cond}.", ITEMS, """
return sum(1 for {x} in {items} if {test})"""),
    Shape("counts", "count_on", "Count the {items} that are {cond}, from {fee} on, 0 by default.", ("{items}", "{fee}=0"), """
for {x} in {items}:
    if {test}:
        {fee} += 1
return {fee}"""),
    Shape("counts", "balance", "Plus 1 for each of the {items} that is {cond}, minus 1 for the others.", ITEMS, """
{total} = 0
for {x} in {items}:
    if {test}:
        {total} += 1
    else:
        {total} -= 1
return {total}"""),
    # sums
    Shape("sums", "sum", "Add up the {items} that are {cond}.", ITEMS, """
{total} = 0
for {x} in {items}:
    if {test}:
        {total} += {x}
return {total}"""),
    Shape("sums", "product", "Multiply the {items} that are {cond}.", ITEMS, """
{total} = 1
for {x} in {items}:
    if {test}:
        {total} *= {x}
return {total}"""),
    Shape("sums", "sum_plus", "Add up the {items} that are {cond}, plus {fee}, 1 by default.", ("{items}", "{fee}=1"), """
{total} = sum({x} for {x} in {items} if {test})
return {total} + {fee}"""),
    Shape("sums", "sum_minus", "Add up the {items} that are {cond}, minus {fee} for each.", ("{items}", "{fee}"), """
{total} = 0
for {x} in {items}:
    if {test}:
        {total} += {x} - {fee}
return {total}"""),
    # search
    Shape("search", "first", "First of the {items} that is {cond}, or {default}, 0 by default.", ("{items}", "{default}=0"), """
for {x} in {items}:
    if {test}:
        return {x}
return {default}"""),
    Shape("search", "index", "Index of the first of the {items} that is {cond}, or -1.", ITEMS, """
for {i}, {x} in enumerate({items}):
    if {test}:
        return {i}
return -1"""),
    Shape("search", "last", "Index of the last of the {items} that is {cond}, or -1.", ITEMS, """
{out} = -1
for {i}, {x} in enumerate({items}):
    if {test}:
        {out} = {i}
return {out}"""),
    Shape("search", "rank", "Place, from 1 on, of the first of the {items} that is {cond}, or 0.", ITEMS, """
for {i}, {x} in enumerate({items}):
    if {test}:
        return {i} + 1
return 0"""),
    # checks
    Shape("checks", "any", "Whether any of the {items} is {cond}.", ITEMS, """
for {x} in {items}:
    if {test}:
        return True
return False"""),
    Shape("checks", "every", "Whether every one of the {items} is {cond}.", ITEMS, """
for {x} in {items}:
    if not ({test}):
        return False
return True"""),
    Shape("checks", "all", "Whether all of the {items} are {cond}.", ITEMS, """
return all({test} for {x} in {items})"""),
    Shape("checks", "no", "Whether none of the {items} is {cond}.", ITEMS, """
return not any({test} for {x} in {items})"""),
    # labels
    Shape("labels", "name", 'Answer "yes" if {x} is {cond}, otherwise "no".', ("{x}",), """
if {test}:
    return "yes"
return "no"
"""),
    Shape("labels", "price", "Add {fee} to {x} if {x} is {cond}.", ("{x}", "{fee}"), """
if {test}:
    {x} = {x} + {fee}
return {x}"""),
    Shape("labels", "refund", "Take {fee}, 2 by default, from {x} if {x} is {cond}.", ("{x}", "{fee}=2"), """
if {test}:
    return {x} - {fee}
return {x}"""),
    # scores
    Shape("scores", "who", "Names whose {scores} are {cond}.", ("{scores}",), """
{out} = []
for {name}, {x} in {scores}.items():
    if {test}:
        {out}.append({name})
return {out}"""),
    Shape("scores", "those", "The {scores} that are {cond}, by {name}.", ("{scores}",), """
return {{{name}: {x} for {name}, {x} in {scores}.items() if {test}}}"""),
    Shape("scores", "has", "Whether the {scores} of {name}, 0 if missing, are {cond}.", ("{scores}", "{name}"), """
{x} = {scores}.get({name}, 0)
return {test}"""),
    # words
    Shape("words", "long", "Keep the {words} whose length is {cond}.", ("{words}",), """
return [{word} for {word} in {words} if {test}]""", "len({word})"),
    Shape("words", "join", "Join with a dash the {words} whose length is {cond}.", ("{words}",), """
{out} = [{word} for {word} in {words} if {test}]
return "-".join({out})""", "len({word})"),
    Shape("words", "letters", "Add up the lengths of the {words} whose length is {cond}.", ("{words}",), """
{total} = 0
for {word} in {words}:
    {x} = len({word})
    if {test}:
        {total} += {x}
return {total}"""),
    # gaps
    Shape("gaps", "rises", "Count the steps from one of the {items} to the next that are {cond}.", ITEMS, """
{total} = 0
for before, after in zip({items}, {items}[1:]):
    {x} = after - before
    if {test}:
        {total} += 1
return {total}"""),
    Shape("gaps", "steps", "The steps from one of the {items} to the next that are {cond}.", ITEMS, """
{out} = [after - before for before, after in zip({items}, {items}[1:])]
return [{x} for {x} in {out} if {test}]"""),
    # slices
    Shape("slices", "head", "Count those of the first {most} {items} that are {cond}.", ("{items}", "{most}"), """
{total} = 0
for {x} in {items}[:{most}]:
    if {test}:
        {total} += 1
return {total}"""),
    Shape("slices", "tail", "Without the first {most}, the {items} that are {cond}.", ("{items}", "{most}"), """
return [{x} for {x} in {items}[{most}:] if {test}]"""),
    Shape("slices", "rest", "After the first, add up the {items} that are {cond}.", ITEMS, """
{total} = 0
for {x} in {items}[1:]:
    if {test}:
        {total} += {x}
return {total}"""),
    # takes
    Shape("takes", "until", "The {items} before the first that is {cond}.", ITEMS, """
{out} = []
for {x} in {items}:
    if {test}:
        break
    {out}.append({x})
return {out}"""),
    Shape("takes", "since", "The {items} from the first that is {cond} on.", ITEMS, """
for {i}, {x} in enumerate({items}):
    if {test}:
        return {items}[{i}:]
return []"""),
    # swaps
    Shape("swaps", "swap", "Put {fee} in place of the {items} that are {cond}.", ("{items}", "{fee}"), """
{out} = []
for {x} in {items}:
    {out}.append({fee} if {test} else {x})
return {out}"""),
    Shape("swaps", "raise", "Add {fee} to the {items} that are {cond}, keep the others.", ("{items}", "{fee}"), """
return [{x} + {fee} if {test} else {x} for {x} in {items}]"""),
    # peaks
    Shape("peaks", "largest", "Largest of the {items} that are {cond}, or {default}.", ("{items}", "{default}"), """
{out} = [{x} for {x} in {items} if {test}]
return max({out}, default={default})"""),
    Shape("peaks", "smallest", "Smallest of the {items} that are {cond}, or {default}.", ("{items}", "{default}"), """
{out} = {default}
for {x} in {items}:
    if ({test}) and ({out} == {default} or {x} < {out}):
        {out} = {x}
return {out}"""),
    # spans
    Shape("spans", "span", "The numbers from {first} to {last}, both included, that are {cond}.", ("{first}", "{last}"), """
return [{x} for {x} in range({first}, {last} + 1) if {test}]"""),
)
