/** The look of the gallery, and of the three chats as far as Guestlist uses them. */
export const GALLERY_STYLE = `
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; background: #e9ebee; color: #1d1c1d; overflow-wrap: anywhere; }
header, main { max-width: 118rem; margin: 0 auto; padding: 12px; }
h1 { margin: 0 0 4px; } nav a { display: inline-block; margin: 2px 10px 2px 0; color: #0b57d0; }
.posting > h2 { margin: 28px 0 2px; } .posting > p { margin: 0 0 8px; color: #555; }
.media { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(360px, 100%), 1fr)); align-items: start; }
.medium { background: #fff; border: 1px solid #cfd3d8; border-radius: 8px; overflow: hidden; }
.medium > h3 { margin: 0; padding: 6px 10px; font-size: 13px; background: #f4f5f7; border-bottom: 1px solid #e2e5e9; }
.medium > h3 span { font-weight: 400; color: #555; }
.body { padding: 10px; max-height: 46rem; overflow: auto; }
.body > pre { margin: 0; white-space: pre-wrap; font: 12.5px/1.45 ui-monospace, monospace; }
iframe { border: 0; width: 100%; height: 44rem; }
.toast { background: #26282b; color: #fff; border-radius: 12px; padding: 8px 12px 0; border-bottom: 8px solid #26282b; margin-bottom: 10px; font-size: 13px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0; }
.slack pre, .chat pre { white-space: pre-wrap; margin: 4px 0; }
.slack .who span { background: #ddd; border-radius: 2px; font-size: 10px; padding: 1px 3px; color: #555; }
.slack .header { font-size: 18px; font-weight: 800; line-height: 1.33; margin: 10px 0 6px; }
.slack hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0; }
.slack .section { margin: 6px 0; } .slack .context { color: #616061; font-size: 12.5px; margin: 6px 0; }
.slack pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; font: 12px/1.5 ui-monospace, monospace; }
.slack .actions a { border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px; font-weight: 700; font-size: 13px; color: #1d1c1d; text-decoration: none; }
.chat { border: 1px solid #dadce0; border-radius: 12px; font-size: 14px; }
.chat .head { padding: 12px 16px; } .chat .head, .chat .title { color: #444746; } .chat .head b { color: #1f1f1f; font-size: 16px; }
.chat section { border-top: 1px solid #e3e3e3; padding: 8px 16px; } .chat .title { font-size: 12px; font-weight: 500; }
.chat .paragraph { margin: 8px 0; } .chat summary { color: #0b57d0; cursor: pointer; }
.chat pre { background: #f1f3f4; border-radius: 4px; padding: 8px; font: 12px/1.5 ui-monospace, monospace; }
.chat .actions a { background: #e8f0fe; border-radius: 18px; padding: 6px 14px; color: #0b57d0; text-decoration: none; font-weight: 500; }
.teams { border: 1px solid #e1dfdd; border-radius: 6px; padding: 12px 16px; font-size: 14px; box-shadow: 0 1px 2px #0002; }
.teams .Small { margin-top: 4px; } .teams .Medium { margin-top: 14px; } .teams .separator { border-top: 1px solid #e1dfdd; padding-top: 10px; }
.teams span.Medium { font-size: 17px; } .teams span.Small { font-size: 12px; } .teams .Bolder { font-weight: 600; } .teams .subtle { color: #616161; }
.teams .Good { color: #237b4b; } .teams .Warning { color: #835c00; } .teams .Attention { color: #c4314b; }
.teams .emphasis { background: #f5f5f5; padding: 8px 10px; margin: 6px 0; } .teams .Monospace { font: 12.5px/1.5 ui-monospace, monospace; }
.teams .actions a { border: 1px solid #d1d1d1; border-radius: 4px; padding: 5px 12px; color: #242424; text-decoration: none; font-weight: 600; }
`;
