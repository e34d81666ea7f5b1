// The page's style: system fonts, light and dark, nothing loaded from anywhere.

export const style = `
:root { color-scheme: light dark; --ink: #1d2230; --soft: #667085; --line: #e4e7ec; --card: #ffffff; --ground: #f7f8fa; --bar: #c9d8f5; --mark: #2f5fc4;
  --c0: #2f5fc4; --c1: #c2571a; --c2: #2a8a57; --c3: #8c4bb8; --c4: #b3873a; --c5: #c23b5e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #98a2b3; --line: #2c3341; --card: #181c25; --ground: #10131a; --bar: #2b4174; --mark: #8fb2ff;
  --c0: #8fb2ff; --c1: #f0a06a; --c2: #6fce9b; --c3: #c99af0; --c4: #e0c078; --c5: #f28aa5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 26px; letter-spacing: -0.01em; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 36px 0 10px; }
p { color: var(--soft); margin: 0 0 20px; max-width: 72ch; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 6px 18px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 500; color: var(--soft); font-size: 13px; text-align: right; padding: 10px 10px 8px; white-space: nowrap; }
td { padding: 10px; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td:first-child { font-weight: 600; white-space: normal; overflow-wrap: anywhere; min-width: 7em; }
th:last-child, td:last-child { padding-right: 0; }
.wide { width: 34%; text-align: left; }
.best { font-weight: 600; }
small { color: var(--soft); font-weight: 400; }
.interval { display: block; width: 100%; min-width: 180px; height: 22px; }
.interval .track { fill: var(--line); opacity: .55; }
.interval .bar { fill: var(--bar); }
.interval .whisker { stroke: var(--mark); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.interval .point { fill: var(--mark); }
.rung { position: relative; }
.rung::before { content: ""; position: absolute; inset: 5px 2px; border-radius: 6px; background: var(--bar); opacity: calc(var(--share) * .9); }
.rung span { position: relative; } .rung:last-child { padding-right: 10px; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 14px; }
summary { cursor: pointer; color: var(--soft); font-size: 13px; margin: 16px 0 12px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px 8px; }
figcaption { font-size: 13px; color: var(--soft); margin-bottom: 4px; overflow-wrap: anywhere; }
figure svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--line); } .tick { fill: var(--soft); font-size: 10.5px; }
.raw, .mean { fill: none; stroke-linejoin: round; } .raw { opacity: .28; } .mean { stroke-width: 1.8; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 12px; padding: 0; list-style: none; font-size: 13px; }
.legend i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin: 0 7px 3px 0; vertical-align: middle; }
${[0, 1, 2, 3, 4, 5].map((i) => `.c${i} { stroke: var(--c${i}); } .legend .c${i} { background: var(--c${i}); }`).join('\n')}
@media print { body { background: none; } .card, figure { break-inside: avoid; } }
`;

export const COLOURS = 6;
