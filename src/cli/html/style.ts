/** The style of the page: light and dark, wide and narrow, and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#fff, #1c2027);
  --line: light-dark(#dfe3e8, #323843);
  --text: light-dark(#1b1f24, #e6e9ee);
  --quiet: light-dark(#59636e, #9aa5b1);
  --code: light-dark(#f1f3f6, #12151a);
  --deny: light-dark(#b3261e, #ff8a80);
  --warn: light-dark(#8a5300, #ffc46b);
  --pass: light-dark(#1a7f4b, #66d19e);
  --link: light-dark(#0b57d0, #8ab4f8);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0 auto;
  max-width: 72rem;
  padding: 1.5rem 1rem 4rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.25rem 0 0.75rem; font-size: 1.15rem; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: 0; }
.quiet { color: var(--quiet); font-size: 0.875rem; }
code, pre { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace; }
code { overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem; margin: 1.25rem 0 0; }
.tile { padding: 0.75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; }
.tile dt { color: var(--quiet); font-size: 0.875rem; }
.tile dd { margin: 0; font-size: 1.6rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile.denied dd, .badge.deny { color: var(--deny); }
.tile.warned dd, .badge.warn { color: var(--warn); }
.tile.passed dd { color: var(--pass); }
.banner { margin-top: 1.25rem; padding: 0.75rem 1rem; border: 1px solid var(--warn); border-left-width: 0.35rem; border-radius: 0.6rem; background: var(--card); }
.banner ul, .notes { margin: 0.35rem 0 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.6rem; background: var(--card); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.5rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-size: 0.875rem; font-weight: 500; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
button, select, input { font: inherit; color: inherit; }
table button { white-space: nowrap; padding: 0; border: 0; background: none; color: var(--link); text-align: left; cursor: pointer; }
table button:disabled { color: inherit; cursor: default; }
.filters { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; margin: 0 -0.5rem 0.75rem; padding: 0.75rem 0.5rem; background: var(--page); }
.filters label { display: grid; flex: 1 1 10rem; gap: 0.15rem; color: var(--quiet); font-size: 0.8rem; }
.filters select, .filters input, .filters button, .copy { min-height: 2.25rem; padding: 0.3rem 0.6rem; border: 1px solid var(--line); border-radius: 0.4rem; background: var(--card); color: var(--text); }
.filters select, .filters input { width: 100%; font-size: 0.95rem; }
.filters button, .copy { cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.object { margin-bottom: 1rem; background: var(--card); border: 1px solid var(--line); border-left: 0.35rem solid var(--warn); border-radius: 0.6rem; content-visibility: auto; contain-intrinsic-size: auto 18rem; }
.object.denied { border-left-color: var(--deny); }
.object header { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; padding: 0.75rem 1rem; }
.object header .quiet { margin-left: auto; overflow-wrap: anywhere; }
.finding { padding: 0.75rem 1rem 1rem; border-top: 1px solid var(--line); }
.badge { flex: none; padding: 0 0.5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: 0.8rem; font-weight: 600; }
.finding .head { display: flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; align-items: baseline; }
.finding .cause { margin: 0.35rem 0 0.6rem; overflow-wrap: anywhere; }
.finding dl { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: 0.2rem 1rem; align-items: baseline; margin: 0; }
.finding dt { color: var(--quiet); font-size: 0.875rem; }
.finding dd { margin: 0; overflow-wrap: anywhere; }
.command { display: flex; gap: 0.5rem; align-items: start; margin-top: 0.3rem; }
.command pre { flex: 1; min-width: 0; margin: 0; padding: 0.45rem 0.7rem; border: 1px solid var(--line); border-radius: 0.4rem; background: var(--code); white-space: pre-wrap; overflow-wrap: anywhere; }
.shown { margin-bottom: 0.5rem; }
.none, .empty { padding: 2rem 1rem; text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: 0.6rem; }
footer { margin-top: 2.5rem; }
@media (max-width: 40rem) {
  h1 { font-size: 1.35rem; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  th, td { padding: 0.5rem 0.75rem; }
  td.meaning, th.meaning { display: none; }
  .filters { position: static; }
  .filters label { flex-basis: 40%; }
  .finding dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .finding dt { margin-top: 0.4rem; }
  .object header .quiet { margin-left: 0; }
  .command { flex-direction: column; align-items: stretch; }
}
@media print {
  :root { color-scheme: light; --page: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; }
  .filters, .copy { display: none !important; }
  .object { content-visibility: visible; }
  .object header { break-after: avoid; }
  .finding, .tile, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  table button { color: inherit; }
}
`;
