// How <job-tree> looks. A page changes it through the --job-tree-* properties and the parts.
//
// The sheet is adopted rather than written into the document, so that a Content-Security-Policy
// needs no 'unsafe-inline'. Lengths are in em: the tree grows with the page's text.
//
// Knows: the nodes' classes and attributes. Must not know: what changes them.

const CSS = /* css */ `
:host {
  display: block;
  min-width: 0;
  --ink: var(--job-tree-ink, light-dark(#161b21, #e4e8ec));
  --muted: var(--job-tree-muted, light-dark(#596470, #98a3ae));
  --surface: var(--job-tree-surface, light-dark(#fff, #14181d));
  --sunken: var(--job-tree-sunken, light-dark(#f5f7f8, #1b2026));
  --line: var(--job-tree-line, light-dark(#e0e5e9, #2b323a));
  --accent: var(--job-tree-accent, light-dark(#0b5cad, #79b8ff));
  --waiting: var(--job-tree-waiting, light-dark(#66717d, #909ca8));
  --running: var(--job-tree-running, light-dark(#0a63cc, #6bb1ff));
  --succeeded: var(--job-tree-succeeded, light-dark(#18794a, #4fbf84));
  --failed: var(--job-tree-failed, light-dark(#c4232f, #ff8078));
  --cancelled: var(--job-tree-cancelled, light-dark(#7a4699, #c79bf0));
  --skipped: var(--job-tree-skipped, light-dark(#5c6b77, #8da0ae));
  --unknown: var(--job-tree-unknown, light-dark(#8a5a00, #e2b04c));
  --mono: var(--job-tree-mono, ui-monospace, Menlo, Consolas,
    "Noto Sans Mono", "Noto Sans Mono CJK SC", monospace);
  --row: var(--job-tree-row-height, 2.5em);
  font: var(--job-tree-font-size, 14px)/1.45 var(--job-tree-font, -apple-system, BlinkMacSystemFont,
    "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
    system-ui, sans-serif);
  font-variant-numeric: tabular-nums;
  /* What a page inherits to its texts does not change ours. */
  text-align: start; text-transform: none; text-indent: 0; letter-spacing: normal; word-spacing: normal;
  white-space: normal; word-break: normal; text-shadow: none;
  color: var(--ink);
  background: var(--surface);
}
:host([theme="light"]) { color-scheme: light }
:host([theme="dark"]) { color-scheme: dark }
:host([hidden]), [hidden] { display: none !important }

* { box-sizing: border-box }
h2, h3, p, dl, dd { margin: 0 }
h2, h3 { font-weight: 600; line-height: 1.25; overflow-wrap: anywhere }
code { font: .93em/1.4 var(--mono); overflow-wrap: anywhere }
svg { flex: none; width: 1.15em; height: 1.15em; fill: currentColor; fill-rule: evenodd }
.line { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }

button {
  display: inline-grid; place-items: center; min-width: 2em; height: 2em; padding: 0 .4em;
  border: 0; border-radius: .4em; font: inherit; color: var(--muted); background: none; cursor: pointer;
}
button:hover { color: var(--ink); background: color-mix(in srgb, var(--line) 60%, transparent) }

[data-status="waiting"] { --status: var(--waiting) }
[data-status="running"] { --status: var(--running) }
[data-status="succeeded"] { --status: var(--succeeded) }
[data-status="failed"] { --status: var(--failed) }
[data-status="cancelled"] { --status: var(--cancelled) }
[data-status="skipped"] { --status: var(--skipped) }
[data-status="unknown"], [data-status="warning"] { --status: var(--unknown) }

/* What it shows changes with its width, so the width must not with what it shows: where the content decides (a dialog,
   a row of boxes) we say it. */
.base {
  display: flex; flex-direction: column; height: 100%; min-height: 0; overflow: hidden auto;
  contain: inline-size; contain-intrinsic-inline-size: min(56em, 90vw);
}

/* The whole job. */
/* One line for what it is, one for how far it is; what went wrong has lines of its own. */
.summary { display: flex; flex: none; flex-wrap: wrap; align-items: center; gap: .3em 1.1em; padding: .7em 1.7em .6em; border-bottom: 1px solid var(--line) }
.summary > :is(.course, .failure, .state) { flex: 0 0 100% }
.summary > :is(.course, .failure, button, .state) { order: 2 }
.summary > .toolbar { order: 1 }
[data-state="live"] .summary > .state { flex: none; order: 0 }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .3em .7em; min-width: 0 }
h2 { font-size: 1.36em; letter-spacing: -.012em; --lines: 2 }
.summary .failure { --lines: 3 }
h2, .summary .failure { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: var(--lines); overflow: hidden }
.summary :is(code, .status, dd) { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.badge { display: inline-flex; min-width: 0; align-items: center; gap: .45em; font-weight: 600; color: var(--status) }
.badge .status::first-letter { text-transform: uppercase }
.badge .status { display: inline-block }
.toolbar { display: flex; gap: .15em; margin-inline: auto -.4em }
.id { color: var(--muted) }
div.id { display: flex; align-items: center; gap: .15em }
.summary > .id { flex: 1 1 9em; min-width: 0; max-width: max-content }
.id button { min-width: 1.8em; height: 1.8em }
.times { display: flex; flex-wrap: wrap; gap: .3em 1.1em; > div { display: flex; gap: .6em; align-items: baseline; min-width: 0 } }
dt { font-size: .86em; color: var(--muted) }
.course { display: flex; flex-wrap: wrap; align-items: center; gap: .2em 1em }
.bar { display: flex; flex: 1 1 12em; height: .55em; border-radius: 1em; overflow: hidden; background: var(--line) }
.bar i { width: calc(var(--share, 0) * .01%) }
.bar .succeeded { background: var(--succeeded) }
.bar .failed { min-width: min(3px, var(--share, 0) * 3px); background: var(--failed) } /* one of ten thousand is seen too */
.bar .running { background: color-mix(in srgb, var(--running) 50%, var(--line)) }
.bar .skipped { background: color-mix(in srgb, var(--skipped) 60%, var(--line)) }
.counts { display: flex; flex-wrap: wrap; align-items: center; gap: .3em .2em; margin-inline-end: -.7em }
.counts > :first-child { font-weight: 600; margin-inline-end: .7em }
.estimate { color: var(--muted); margin-inline-end: auto }
[data-estimate="3"] .estimate { font-weight: 600; color: var(--unknown) }
.chip { display: inline-flex; align-items: center; gap: .4em; height: 1.8em; padding: 0 .7em; border-radius: 1em }
:is(.chip, .badge, .id).blank { display: none }
.chip svg { width: 1em; height: 1em; color: var(--status) }
.chip[aria-pressed="true"] { color: var(--ink); background: color-mix(in srgb, var(--status) 16%, var(--surface)); box-shadow: inset 0 0 0 1px var(--status) }
.failure { color: var(--failed); overflow-wrap: anywhere }

/* The likely root failure: a tag where it is, a way there where it is not. */
.cause { display: inline-flex; flex: none; align-items: center; gap: .4em; font-weight: 600; color: var(--failed) }
.cause svg { width: 1em; height: 1em }
button.cause { max-width: 100%; height: auto; margin: 0 -.5em; padding: .25em .5em }
button.cause span { flex: none }
button.cause [data-field] { flex: 0 1 auto; min-width: 0; font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
/* Why it failed, in one line however many reasons there are. */
.causes, .why { flex: 0 0 100%; order: 2; min-width: 0 }
.causes {
  flex: 1 1 12em; display: flex; gap: .4em; overflow-x: auto; margin: 0 -.3em; padding: .2em 1.5em .2em .3em; scrollbar-width: thin;
  mask-image: linear-gradient(to right, #000 calc(100% - 1.5em), transparent); /* there may be more */
}
.causes:empty, .why:empty { display: none }
.causes button {
  display: flex; flex: none; align-items: center; gap: .45em; height: 2em; max-width: min(26em, 90%); padding: 0 .7em; white-space: nowrap;
  color: var(--ink); background: color-mix(in srgb, var(--failed) 9%, var(--surface));
}
.causes button:only-child { max-width: 90% }
.causes button:hover { background: color-mix(in srgb, var(--failed) 18%, var(--surface)) }
.causes [aria-pressed="true"] { box-shadow: inset 0 0 0 1px var(--failed) }
.causes svg { width: 1em; height: 1em; color: var(--failed) }
.causes span { overflow: hidden; text-overflow: ellipsis; color: var(--muted) }
.why { display: grid; gap: .15em; padding-inline-start: .7em; border-inline-start: 2px solid var(--failed); overflow-wrap: anywhere }
.grouped .summary .failure, .grouped button.cause [data-field] { display: none }
.narrow.grouped button.cause [data-word] { position: absolute; clip-path: inset(50%) }
.grouped button.cause { margin-inline: -.5em -1em }
.cause.blank, :is(.row, .detail):not([data-cause="1"]) .cause { display: none }
.row .cause { font-size: .86em }
.detail .cause { display: flex; margin-top: .3em }
[data-field="error"]:empty { display: none }

.state { display: flex; flex-wrap: wrap; align-items: center; gap: .2em .6em; font-size: .93em; color: var(--muted) }
.state::before { content: ""; width: .55em; height: .55em; border-radius: 50%; background: var(--notice, var(--muted)) }
.state button { display: none; height: 1.9em; padding: 0 .9em; color: var(--surface); background: var(--accent) }
.empty { display: none; padding: 2.4em 1.7em; text-align: center; color: var(--muted) }
[data-state="idle"] .empty { display: block }
[data-state="live"] { --notice: var(--succeeded) }
[data-document] [data-do="refresh"], [data-state="settled"] [data-do="pause"], [data-state="settled"][data-severity="0"] .state { display: none }
[data-state="idle"] .summary { display: none !important }
[data-severity="2"] { --notice: var(--unknown) }
[data-severity="3"] { --notice: var(--failed) }
:is([data-severity="2"], [data-severity="3"]) .state {
  padding: .65em .9em; border-radius: .5em; color: var(--ink);
  background: color-mix(in srgb, var(--notice) 11%, var(--surface));
  [data-field="message"] { font-weight: 600 }
}
[data-state="broken"] { .state button { display: inline-grid } .body { opacity: .5 } :is(.toolbar, .tools) { visibility: hidden } }

/* Before anything is known there is a sentence, in the middle, and little else. */
[data-empty] {
  .times, .course, .body, .tools, h2, [data-do="pause"] { display: none }
  .summary { flex-flow: column; max-width: 44em; margin: auto; border: 0; text-align: center }
  .summary > .state { flex: none }
  .summary > :is(.head, .toolbar) { order: 3; margin: .8em 0 0 }
  .state { flex-direction: column; font-size: 1em }
  .state::before { display: none }
}

/* What is done with the tree as a whole. */
.tools {
  display: flex; flex: none; flex-wrap: wrap; align-items: center; gap: .5em .7em; padding: .25em 1.4em;
  border-bottom: 1px solid var(--line); color: var(--muted);
  > span { display: flex; align-items: center; gap: .15em; min-width: 0 }
}
.search, select { height: 2.15em; border: 1px solid color-mix(in srgb, var(--muted) 45%, var(--surface)); border-radius: .45em; background: var(--surface) }
.search { display: flex; flex: 0 1 19em; align-items: center; gap: .5em; padding-inline: .6em }
.search:focus-within { outline: 2px solid var(--accent); outline-offset: -1px }
.search svg { width: 1em; height: 1em }
.search input { flex: 1; min-width: 0; padding: 0; border: 0; outline: 0; font: inherit; color: var(--ink); background: none }
input::placeholder { color: var(--muted); opacity: 1 }
select { max-width: 11em; padding-inline: .4em; font: inherit; color: inherit; cursor: pointer }
.tools > .found { flex: 1 1 auto; gap: .3em; color: var(--ink) }
.found.blank { visibility: hidden }
.found button { padding: 0 .6em; color: var(--accent) }
.tools [aria-pressed="true"] { color: var(--accent) }
.failures button:last-child { display: flex; gap: .4em; align-items: center }
[data-levels="1"] .tools, [data-levels="2"] [data-choice="levels"], .no-failure .failures { display: none }

/* The tree. */
/* Five rows at least: where there is less room, all of it scrolls. */
.body { display: flex; flex: 1 1 auto; min-height: calc(var(--least, 0) * var(--row) + 2.4em); position: relative }
.list { display: flex; flex: 1; flex-direction: column; min-width: 0 }
.columns, .row { display: grid; grid-template-columns: minmax(0, 1fr) 22% 9.5em 5em; column-gap: 1.2em; padding-inline: 1.4em 1.7em }
.columns {
  flex: none; padding-block: .4em; margin-inline-end: var(--scrollbar, 0); overflow: hidden; white-space: nowrap;
  color: var(--muted); border-bottom: 1px solid var(--line);
}
.columns > * { font-size: .86em }
.scale { position: relative }
.scale { cursor: col-resize; touch-action: pan-y; user-select: none }
.marks, .marks span, .range { position: absolute; inset-block: 0 }
.marks { inset-inline: 0 }
.marks span { padding-inline-end: .4em; border-inline-end: 1px solid var(--line) }
.marks .cut { padding: 0; border: 0; text-align: center; background: var(--sunken) }
.range { background: color-mix(in srgb, var(--accent) 30%, transparent) }
.marks:not(:empty) + span { display: none }
.columns :first-child { padding-inline-start: .3em }
.columns > :nth-child(n + 3), .row > :is(.time, .duration) { text-align: end }
.tree {
  flex: 1 1 auto; max-height: var(--job-tree-max-height, 36em); min-height: 0;
  overflow: hidden auto; overflow-anchor: none; outline-offset: -2px;
}
.space { position: relative; overflow: hidden }
.probe { position: absolute; visibility: hidden; height: var(--row) }
.row {
  position: absolute; inset: 0 0 auto; height: var(--row); align-items: center; white-space: nowrap; cursor: default;
  contain: strict; outline-offset: -2px;
}
.row:hover { background: var(--sunken) }
.row[aria-selected="true"] { background: color-mix(in srgb, var(--accent) 10%, var(--surface)) }
/* Clipped, not hidden: what is hidden can be scrolled by scripts, for which browsers keep a lot for each cell. */
.row > *, .words > * { min-width: 0; overflow: clip; text-overflow: ellipsis }
.main {
  display: flex; align-items: center; gap: .5em; height: 100%;
  --depth: min((var(--level, 1) - 1) * var(--indent, 1.6em), 70%); padding-inline-start: var(--depth);
  /* A quiet line for each level above. */
  background: repeating-linear-gradient(to var(--forward, right), transparent 0 .5em, var(--line) .5em calc(.5em + 1px), transparent calc(.5em + 1px) var(--indent, 1.6em)) 0 / var(--depth) no-repeat;
}
.main:dir(rtl) { --forward: left; background-position: 100% }
.toggle { display: grid; flex: none; place-items: center; width: 1.1em; height: 100%; visibility: hidden; color: var(--muted) }
.toggle svg { width: 1em; height: 1em }
[aria-expanded] > .main > .toggle { visibility: visible; cursor: pointer }
[aria-expanded="true"] > .main > .toggle { rotate: 90deg }
.toggle:dir(rtl) { scale: -1 1 }
[aria-expanded="true"] > .main > .toggle:dir(rtl) { rotate: -90deg }
.main > .icon { color: var(--status) }
.words { display: flex; flex: 1; align-items: baseline; gap: 0 .8em; min-width: 0 }
.words > :empty { display: none }
.words .name { flex: none; max-width: 65% }
[aria-level="1"] .name { font-weight: 600 }
.words .status { flex: none; color: var(--status) }
.row:not([data-status="unknown"]) .words .status { display: none }
.words code { flex: none; font-size: .86em; color: var(--muted) }
.row[data-way="1"] { .name { color: var(--muted); font-weight: 400 } .main > .icon { opacity: .6 } }
.words :is(.error, .facts) { flex: 1 1 0; min-width: 0 }
/* What failed stands before why: its resource, or else its own id. */
.words .facts { order: 1 }
.words .error { order: 2; flex: 4 1 0; color: var(--failed) }
.words .error:not(:empty) + .facts { flex: 0 1 auto; max-width: 9em }
.words .error:not(:empty) + .facts:not(:empty) + code { display: none }
.words .facts { font-size: .86em; color: var(--muted) }
.row > .time, .row > .duration { color: var(--muted); font-size: .93em }
[data-live="1"] > .duration { color: var(--ink) }
.lane {
  position: relative; height: 100%;
  background: linear-gradient(to var(--forward, right), var(--stops));
}
.lane:dir(rtl) { --forward: left }
.lane i {
  position: absolute; top: calc(50% - .25em); height: .5em; border-radius: 2px; background: var(--status);
  inset-inline-start: calc((100% - 3px) * var(--begin) / 10000); width: calc((100% - 3px) * (var(--end) - var(--begin)) / 10000 + 3px);
}
[data-status="succeeded"] > .lane i { opacity: .75 }
[data-live="1"] > .lane i { background: linear-gradient(to right, color-mix(in srgb, var(--status) 35%, var(--surface)), var(--status)) }
/* On the critical path. */
[data-critical="1"]:not([aria-level="1"]) > .lane i { border-block-end: 2px solid var(--ink); height: calc(.5em + 3px) }
.unbegun:not([data-status="waiting"]) i { display: none }
.unbegun i { inset-inline: auto 0; width: .5em; border: 1px solid; border-radius: 50%; background: none; color: var(--status) }

/* One row in full. */
.detail { flex: 0 0 min(25em, 42%); overflow: auto; padding: 1.1em 1.4em; border-inline-start: 1px solid var(--line); background: var(--sunken) }
.detail .head { flex-wrap: nowrap; align-items: start }
.detail .head button { margin: -.3em -.6em 0 auto }
h3 { font-size: 1.14em }
.detail > code { display: block }
.detail .badge { margin-top: .3em }
.detail dl { display: grid; gap: .9em; margin-top: 1.1em }
dl > .blank { display: none }
.detail dd { overflow-wrap: anywhere; white-space: pre-line }
.copied { position: relative; > button { position: absolute; inset: .25em .25em auto auto } > :first-child { padding-inline-end: 2.4em } }
details { margin-top: 1em }
summary { width: max-content; font-size: .86em; color: var(--muted); cursor: pointer }
pre { max-height: 28em; margin: .5em 0 0; padding: .8em; overflow: auto; border-radius: .4em; background: var(--surface); font: .86em/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere }
.detail .failure { padding: .7em 2.4em .7em .9em; border-radius: .4em; color: var(--ink); background: color-mix(in srgb, var(--failed) 12%, var(--surface)) }

/* Container queries would do, but a container's content is styled in the midst of its layout, which is slow. */
.slim {
  .marks span:not(:last-child, .cut) { color: transparent } /* there is room for one */
  .row:not([data-status="failed"]) code, .row .cause span { display: none }
  .columns, .row { grid-template-columns: minmax(0, 1fr) 20% 5em }
  .row > .time, .columns > .time { display: none }
}
.narrow {
  /* A phone: two lines a row, and the detail over the tree. */
  .summary { padding: .4em 1.1em .35em; row-gap: .2em }
  .times { display: contents } /* in one line with whether it is live, and the buttons */
  .tools { padding: .3em .8em; gap: .5em .3em }
  .search { flex: 1 1 5em; min-width: 0 }
  .tools > .found { flex-basis: 100%; margin-block: -.2em; justify-content: space-between }
  .found.blank, .failures [data-word], .failures > :first-child { display: none }
  select { max-width: 6.5em }
  .counts { flex: 0 0 100%; margin-inline: -.3em; column-gap: .1em; > :first-child { margin-inline: .3em } }
  .estimate:not(:empty) { flex: 1 1 auto; margin-inline: .3em; text-align: end }
  .chip { padding: 0 .25em; gap: .3em; font-size: .9em; height: 2em }
  .columns, .row > .lane, [data-do="zoom"] { display: none }
  .row { grid-template-columns: minmax(0, 1fr) auto; padding-inline: .8em 1em; --indent: 1em }
  .detail { position: absolute; inset: 0; border: 0 }
  &.detailed > :is(.summary, .tools) { display: none }
}
.narrow:not(.dense) {
  .body, .tree { --row: var(--job-tree-row-height, 3.6em) }
  .words { flex-wrap: wrap }
  .words .name { max-width: none; flex: 1 0 40% }
  .words :is(.error, .facts) { flex: 0 0 100% }
  .words .error:not(:empty) + .facts { flex: 0 1 auto; max-width: 36% }
}
.dense {
  .body, .tree { --row: var(--job-tree-row-height, 2em) }
  .summary { padding-block: .4em; row-gap: .2em }
  h2 { font-size: 1.2em }
  h2, .summary .failure { --lines: 1 }
  .tools, .columns { padding-block: .3em }
}
/* In a low window, what rows and details say too gives way to the rows. */
.low:not([data-empty]) {
  .summary > .id, .times, .estimate, button.cause, .tools > :is(select, select ~ span), &[data-severity="0"] .state { display: none }
  .summary > .head { flex: 1 1 60%; flex-wrap: nowrap }
  h2 { --lines: 1 }
  .head .badge { flex: none }
  .bar { flex-basis: 8em }
  .summary .failure { --lines: 2 }
  .counts { margin: 0; white-space: nowrap; > :first-child { margin: 0; flex: none } }
  .search { flex: 1 1 8em }
}

@media (prefers-reduced-motion: no-preference) {
  .bar i { transition: width .4s ease-out }
  .toggle { transition: rotate .12s }
}
@media (forced-colors: active) {
  .chip[aria-pressed="true"] { outline: 2px solid Highlight }
  .bar, .lane i { border: 1px solid; forced-color-adjust: none }
  .row[aria-selected="true"] { outline: 2px solid Highlight }
}
`;

/** @type {WeakMap<Document, CSSStyleSheet>} a document takes no sheet of another */
const sheets = new WeakMap();

/**
 * The sheet to adopt; made on the first call, so that this file loads without a browser.
 * @param {Document} document
 */
export function styles(document) {
  let sheet = sheets.get(document);
  if (!sheet) {
    sheet = new (document.defaultView ?? globalThis).CSSStyleSheet();
    sheet.replaceSync(CSS);
    sheets.set(document, sheet);
  }
  return sheet;
}
