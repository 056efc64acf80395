/** The one style sheet of the console. It loads nothing, fits a phone, and follows the reader's light or dark setting. */
export const CONSOLE_STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --text: #1c1e21; --quiet: #565d66; --edge: #d5d9df;
  --code: #f0f2f5; --link: #0b57d0; --good: #14713a; --attention: #8a4a00; --bad: #b3261e; --neutral: #565d66; --on: #fff;
  --one: #0b57d0; --two: #b06000; --three: #14713a; --four: #8430ce; --five: #80868b; }
@media (prefers-color-scheme: dark) { :root { --ground: #101214; --card: #191c1f; --text: #e6e8ea; --quiet: #a6aeb8;
  --edge: #383e46; --code: #0c0e10; --link: #9cc2ff; --good: #6fd394; --attention: #f4b266; --bad: #ff9a92; --neutral: #a6aeb8; --on: #101214;
  --one: #8ab4f8; --two: #fcad70; --three: #6fd394; --four: #c58af9; --five: #9aa0a6; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: -999px; padding: .5rem 1rem; background: var(--card); }
.skip:focus { left: .5rem; top: .5rem; z-index: 1; }
.stand-in { margin: 0; padding: .5rem 1rem; background: var(--bad); color: var(--on); }
.stand-in a { color: inherit; }
body > header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding: .6rem 1rem; background: var(--card); border-bottom: 1px solid var(--edge); }
.brand { margin: 0; font-weight: 700; }
.brand a { color: inherit; text-decoration: none; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .5rem .7rem; border-radius: 6px; text-decoration: none; }
nav a[aria-current] { background: var(--code); color: var(--text); font-weight: 600; }
.person { margin: 0 0 0 auto; font-size: .9rem; }
main { max-width: 56rem; margin: 0 auto; padding: .5rem 1rem 2rem; }
body > footer { max-width: 56rem; margin: 0 auto; padding: 0 1rem 2rem; color: var(--quiet); font-size: .875rem; }
#news:empty { display: none; }
#news { margin: .75rem 0; padding: .6rem 1rem; border: 2px solid var(--link); border-radius: 8px; background: var(--card); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .75rem 0 .5rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .35rem 0; }
.lead { font-size: 1.05rem; }
.quiet, .crumbs { color: var(--quiet); }
.crumbs { font-size: .9rem; }
code { font: .9em/1.4 ui-monospace, monospace; }
section { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: 1rem; margin: 1rem 0; }
section ul:not([class]), section ol:not([class]) { padding-left: 1.2rem; margin: .25rem 0; }
.decide { border: 2px solid var(--link); }
.cards, .rows, .story, .legend { list-style: none; margin: 0; padding: 0; }
.card { background: var(--card); border: 1px solid var(--edge); border-left: 5px solid var(--tone, var(--edge)); border-radius: 10px; padding: .9rem 1rem; margin: .8rem 0; }
.card h2, .card h3 { margin: 0 0 .5rem; font-size: 1.05rem; }
.rows li { padding: .6rem 0; border-top: 1px solid var(--edge); }
.rows li:first-child { border-top: 0; }
.story li { position: relative; padding: 0 0 .8rem 1.4rem; border-left: 2px solid var(--edge); margin-left: .4rem; }
.story li:last-child { border-left-color: transparent; padding-bottom: 0; }
.story li::before { content: ""; position: absolute; left: -6px; top: .5rem; width: 10px; height: 10px; border-radius: 50%; background: var(--neutral); }
.story time { color: var(--quiet); display: block; font-size: .875rem; }
.good { --tone: var(--good); } .attention { --tone: var(--attention); } .bad { --tone: var(--bad); } .neutral { --tone: var(--neutral); }
.badge { display: inline-block; padding: 0 .5rem; border: 1.5px solid var(--tone); border-radius: 99px; color: var(--tone); font-weight: 600; font-size: .875rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; min-width: 0; }
pre { background: var(--code); border: 1px solid var(--edge); border-radius: 6px; padding: .6rem .75rem; margin: .4rem 0; white-space: pre-wrap; font: .875rem/1.5 ui-monospace, monospace; }
section pre > code { -webkit-user-select: all; user-select: all; }
.diff { margin: .75rem 0; }
.diff figcaption { color: var(--quiet); font-size: .9rem; }
.diff span { display: block; padding-left: 2ch; text-indent: -2ch; }
.done { margin: .75rem 0; padding: .6rem 1rem; border: 2px solid var(--good); border-radius: 8px; background: var(--card); }
.diff .kept { color: var(--quiet); }
.diff .added { color: var(--good); font-weight: 600; }
.diff .removed { color: var(--bad); font-weight: 600; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .6rem 1.1rem; border-radius: 8px; border: 2px solid var(--link); background: var(--card); color: var(--link); cursor: pointer; text-decoration: none; }
.approve { background: var(--good); border-color: var(--good); color: var(--on); }
.undo { background: var(--bad); border-color: var(--bad); color: var(--on); }
button[aria-disabled] { opacity: .7; cursor: progress; }
.copy { float: right; padding: .1rem .6rem; margin: .6rem .4rem; border-width: 1px; font-size: .8rem; }
label { display: block; font-weight: 600; margin-top: .5rem; }
input, select { min-height: 2.75rem; }
input, select, textarea { font: inherit; width: 100%; padding: .5rem .6rem; border: 1px solid var(--quiet); border-radius: 6px; background: var(--ground); color: var(--text); }
textarea { font: .875rem/1.4 ui-monospace, monospace; }
form button { margin-top: .6rem; }
summary { cursor: pointer; padding: .4rem 0; color: var(--link); }
.dismiss { margin-top: .5rem; }
.filter { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: end; margin: .5rem 0; }
.filter p { margin: 0; flex: 1 1 10rem; }
.filter p:last-child { flex: 0 0 auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--edge); }
thead th { color: var(--quiet); white-space: nowrap; }
tbody th { font-weight: 400; }
td.name { min-width: 9rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.chart { margin: 1rem 0 .5rem; }
.chart > svg { display: block; width: 100%; height: 9rem; border-bottom: 1px solid var(--edge); }
.chart figcaption { display: flex; justify-content: space-between; gap: 1rem; color: var(--quiet); font-size: .85rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; }
.legend svg { width: .75rem; height: .75rem; margin-right: .4rem; }
.part-0 { fill: var(--one); } .part-1 { fill: var(--two); } .part-2 { fill: var(--three); } .part-3 { fill: var(--four); } .part-4 { fill: var(--five); }
.links { display: flex; flex-wrap: wrap; gap: .5rem; }
@media (max-width: 34rem) { nav a { padding: .5rem .45rem; } .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .4rem; } .person { margin-left: 0; } .approve, .undo { width: 100%; } }
@media (forced-colors: active) { .story li::before { background: CanvasText; } }
@media print { body > header, .stand-in, form, .copy, #news { display: none; } section, .card { break-inside: avoid; } }
`;
