"""Shapes of no kata in the library: `--spare` alone makes katas of them, so that there is more to read than what is ever asked."""

from shapes import ITEMS, Shape

SPARE_SHAPES = (
    Shape("flags", "flag", "For each of the {items}, whether it is {cond}.", ITEMS, """
return [{test} for {x} in {items}]"""),
    Shape("flags", "mark", "Pairs of each of the {items} and whether it is {cond}.", ITEMS, """
{out} = []
for {x} in {items}:
    {out}.append(({x}, {test}))
return {out}"""),
    Shape("orders", "sort", "The {items} that are {cond}, from low to high.", ITEMS, """
return sorted({x} for {x} in {items} if {test})"""),
    Shape("orders", "flip", "The {items} that are {cond}, last one first.", ITEMS, """
{out} = []
for {x} in reversed({items}):
    if {test}:
        {out}.append({x})
return {out}"""),
    Shape("orders", "split", "The {items} that are {cond}, then the others.", ITEMS, """
{out} = [{x} for {x} in {items} if {test}]
for {x} in {items}:
    if not ({test}):
        {out}.append({x})
return {out}"""),
    Shape("places", "where", "Indices of the {items} that are {cond}.", ITEMS, """
return [{i} for {i}, {x} in enumerate({items}) if {test}]"""),
    Shape("places", "pairs", "Index and value of the {items} that are {cond}.", ITEMS, """
{out} = {{}}
for {i}, {x} in enumerate({items}):
    if {test}:
        {out}[{i}] = {x}
return {out}"""),
    Shape("places", "clear", "Put 0 where the {items} are {cond}.", ITEMS, """
{out} = list({items})
for {i}, {x} in enumerate({items}):
    if {test}:
        {out}[{i}] = 0
return {out}"""),
    Shape("runs", "run", "Length of the longest run of {items} that are {cond}.", ITEMS, """
{out} = 0
{total} = 0
for {x} in {items}:
    if {test}:
        {total} += 1
    else:
        {total} = 0
    {out} = max({out}, {total})
return {out}"""),
    Shape("runs", "streak", "How many of the {items} are {cond} before one is not.", ITEMS, """
{total} = 0
while {total} < len({items}):
    {x} = {items}[{total}]
    if not ({test}):
        return {total}
    {total} += 1
return {total}"""),
    Shape("shares", "percent", "Percent of the {items} that are {cond}, 0 if there are none.", ITEMS, """
{total} = len([{x} for {x} in {items} if {test}])
if not {items}:
    return 0
return {total} * 100 // len({items})"""),
    Shape("shares", "mean", "Mean of the {items} that are {cond}, or {default}.", ("{items}", "{default}"), """
{out} = [{x} for {x} in {items} if {test}]
if not {out}:
    return {default}
return sum({out}) // len({out})"""),
    Shape("limits", "cap", "If {x} is {cond}, {most} at most, otherwise {x}.", ("{x}", "{most}"), """
if {test}:
    return min({x}, {most})
return {x}"""),
    Shape("limits", "steps_to", "How often {fee} is added to {x} before it is {cond}, {most} at most.", ("{x}", "{fee}", "{most}"), """
for {i} in range({most}):
    if {test}:
        return {i}
    {x} += {fee}
return {most}"""),
    Shape("lists", "double", "Twice those of the {items} that are {cond}, once the others.", ITEMS, """
{out} = []
for {x} in {items}:
    {out}.append({x})
    if {test}:
        {out}.append({x})
return {out}"""),
    Shape("lists", "unique", "The {items} that are {cond}, each once.", ITEMS, """
{out} = []
for {x} in {items}:
    if {x} in {out}:
        continue
    if {test}:
        {out}.append({x})
return {out}"""),
)
