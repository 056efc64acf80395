/** The style sheet of the page: light or dark as the reader's system is, and readable in print. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f8fa; --line: #d8dee4; --text: #1f2328; --soft: #59636e;
  --grant: #1a7f37; --propose: #9a6700; --advise: #57606a; --avoid: #0969da; --alert: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --raised: #151b23; --line: #3d444d; --text: #e6edf3; --soft: #9198a1;
    --grant: #3fb950; --propose: #d29922; --advise: #8b949e; --avoid: #58a6ff; --alert: #ff7b72;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1 { margin: 0 0 .25rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
p { margin: .25rem 0; max-width: 60rem; }
.kicker, .soft { color: var(--soft); }
.alert { color: var(--alert); font-weight: 600; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
.tile { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); }
.tile b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 0 2.5rem; }
svg { display: block; width: 100%; }
.timeline { height: 9rem; border-bottom: 1px solid var(--line); }
.scale { display: flex; justify-content: space-between; color: var(--soft); font-size: .85rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0; font-size: .85rem; color: var(--soft); }
.legend svg { display: inline-block; width: .75rem; height: .75rem; margin-right: .35rem; }
.fill-grant { fill: var(--grant); } .fill-propose { fill: var(--propose); } .fill-advise { fill: var(--advise); }
.fill-avoid { fill: var(--avoid); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.name { overflow-wrap: anywhere; min-width: 9rem; }
td.bar { width: 45%; } td.bar svg { height: .7rem; margin-top: .3rem; }
th button { padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
th button::after { content: " \\2195"; content: " \\2195" / ""; opacity: .5; }
th[aria-sort="ascending"] button::after { content: " \\2191"; content: " \\2191" / ""; opacity: 1; }
th[aria-sort="descending"] button::after { content: " \\2193"; content: " \\2193" / ""; opacity: 1; }
.filter { display: flex; gap: .75rem; align-items: center; margin: .5rem 0; }
.filter input {
  width: min(28rem, 100%); padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--raised); color: var(--text); font: inherit;
}
li { margin: .25rem 0; max-width: 60rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
@media print { body { max-width: none; padding: 0; } .filter { display: none; } }
`;
