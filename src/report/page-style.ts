/** The one style sheet of a page. It loads nothing, fits a phone, and follows the reader's light or dark setting. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --text: #1c1e21; --quiet: #5b626b; --edge: #d8dce1;
  --code: #f0f2f5; --link: #0b57d0; --good: #14713a; --attention: #9a5200; --bad: #b3261e; --neutral: #5b626b; }
@media (prefers-color-scheme: dark) { :root { --ground: #101214; --card: #191c1f; --text: #e6e8ea; --quiet: #a2abb5;
  --edge: #343a41; --code: #0f1113; --link: #9cc2ff; --good: #6fd394; --attention: #f4b266; --bad: #ff9a92; --neutral: #a2abb5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 12px; }
article { background: var(--card); border: 1px solid var(--edge); border-top: 5px solid var(--tone); border-radius: 10px; padding: 14px 16px; margin: 0 0 16px; }
.good { --tone: var(--good); } .attention { --tone: var(--attention); } .bad { --tone: var(--bad); } .neutral { --tone: var(--neutral); }
.badge { color: var(--tone); font-weight: 700; margin: 0; }
h1 { font-size: 1.25rem; line-height: 1.35; margin: 4px 0 8px; }
.next { font-size: 1.05rem; margin: 0; }
h2 { font-size: 1rem; margin: 20px 0 6px; padding-top: 14px; border-top: 1px solid var(--edge); }
h3 { font-size: 1rem; margin: 18px 0 4px; }
h2 + h3 { margin-top: 4px; }
p, li { margin: 3px 0; }
ul { margin: 4px 0; padding-left: 1.2rem; }
pre { background: var(--code); border: 1px solid var(--edge); border-radius: 6px; padding: 10px; margin: 6px 0; white-space: pre-wrap;
  font: 14px/1.45 ui-monospace, monospace; -webkit-user-select: all; user-select: all; }
.links { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
.links a { color: var(--link); border: 1px solid var(--edge); border-radius: 8px; padding: 9px 14px; text-decoration: none; font-weight: 600; }
footer { color: var(--quiet); font-size: .875rem; margin-top: 18px; padding-top: 10px; border-top: 1px solid var(--edge); }
`;
