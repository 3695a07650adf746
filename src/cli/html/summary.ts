import type { FindingKind } from '../../engine/finding.ts';
import { explain } from '../../words/explain.ts';
import { noteWords } from '../note.ts';
import { findingsWithAction, summaryOf, type CheckReport } from '../report.ts';
import { html, prose, type Markup } from './markup.ts';

/** Returns the counts of a report. */
export function tiles(report: CheckReport): Markup {
  const { objects, images, denied, warned } = summaryOf(report);
  const all = [
    ['Objects', objects, ''],
    ['Images', images, ''],
    ['Denied', denied, 'denied'],
    ['With warnings', warned, 'warned'],
    ['Without findings', objects - denied - warned, 'passed'],
  ] as const;
  return html`<dl class="tiles">
    ${all.map(
      ([label, count, look]) =>
        html`<div class="tile ${count > 0 ? look : ''}">
          <dt>${label}</dt>
          <dd>${count}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Returns why a report is not complete; empty if it is complete. */
export function problemBanner({ problems }: CheckReport): Markup {
  if (problems.length === 0) return html``;
  return html`<div class="banner" role="alert">
    <strong>This report is not complete.</strong>
    <ul>
      ${problems.map((problem) => html`<li>${noteWords(problem)}</li>`)}
    </ul>
  </div>`;
}

/** Returns the table of the kinds of findings, the most frequent first; empty if there are none. */
export function kindTable(report: CheckReport): Markup {
  const counts = countKinds(report);
  if (counts.length === 0) return html``;
  const rows = counts.map(
    ({ kind, deny, warn }) =>
      html`<tr>
        <td><button type="button" data-kind="${kind}" disabled>${kind}</button></td>
        <td class="meaning quiet">${prose(firstSentence(explain(kind).meaning))}</td>
        <td class="number">${deny}</td>
        <td class="number">${warn}</td>
      </tr> `,
  );
  return html`<h2>Findings by kind</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Kind</th>
            <th class="meaning">Meaning</th>
            <th class="number">Denied</th>
            <th class="number">Warnings</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}

interface KindCount {
  readonly kind: FindingKind;
  readonly deny: number;
  readonly warn: number;
}

/** Returns how many findings of each kind there are. */
export function countKinds({ objects }: CheckReport): readonly KindCount[] {
  const counts = new Map<FindingKind, KindCount>();
  for (const { finding, action } of objects.flatMap(findingsWithAction)) {
    const { kind } = finding;
    const before = counts.get(kind) ?? { kind, deny: 0, warn: 0 };
    counts.set(kind, { ...before, [action]: before[action] + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.deny - a.deny || b.warn - a.warn);
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}
