import { inline } from '../words/plain-text.ts';
import type { FormatOptions } from './format-options.ts';
import { actionWords, objectCard } from './html/finding-card.ts';
import { html, type Markup } from './html/markup.ts';
import { page } from './html/page.ts';
import { countKinds, kindTable, problemBanner, tiles } from './html/summary.ts';
import { noteWords } from './note.ts';
import { passedOverWords } from '../words/passed-over.ts';
import { outcomeOf, type CheckedObject, type CheckReport } from './report.ts';

/**
 * Returns a report as one HTML page for people: a summary, filters, and each finding with cause, evidence and fix. The
 * page loads nothing, and is complete without its script.
 */
export function htmlReport(report: CheckReport, { version, command, now }: Omit<FormatOptions, 'colour'>): string {
  const shown = report.objects.filter((object) => outcomeOf(object) !== 'passed').toSorted(byOutcomeAndName);
  return page(
    `Pullgate ${command}: report`,
    html`<header>
        <h1>Pullgate ${command}</h1>
        <p class="quiet">${now.toISOString().replace(/^(.{10})T(.{5}).*$/, '$1 $2 UTC')}, Pullgate ${version}</p>
      </header>
      ${problemBanner(report)} ${tiles(report)} ${kindTable(report)}
      ${
        shown.length === 0
          ? html`<h2>Objects</h2>
              <p class="empty">Nothing was found: the kubelet could pull every image that was checked.</p>`
          : objects(report, shown)
      }
      ${remarks(report)}
      <footer class="quiet">Made by Pullgate ${version}. This page loads nothing from the network.</footer>`,
  );
}

function objects(report: CheckReport, shown: readonly CheckedObject[]): Markup {
  return html`<h2>Objects with findings</h2>
    ${filters(report, shown)}
    <p class="quiet shown" aria-live="polite">${shown.length} objects</p>
    <p class="none" hidden>No object matches the filters.</p>
    ${shown.map(objectCard)}`;
}

function filters(report: CheckReport, shown: readonly CheckedObject[]): Markup {
  const namespaces = [...new Set(shown.map(({ subject }) => subject.namespace))].toSorted();
  const kinds = countKinds(report).map(({ kind }) => kind);
  return html`<form class="filters" hidden>
    ${select(
      'namespace',
      'Namespace',
      'all namespaces',
      namespaces.map((name) => [name, inline(name, 63)]),
    )}
    ${select(
      'kind',
      'Finding',
      'all findings',
      kinds.map((kind) => [kind, kind]),
    )}
    ${select('action', 'Action', 'denied and warnings', Object.entries(actionWords))}
    <label>Search<input type="search" name="words" placeholder="name, image, text" autocomplete="off" /></label>
    <button type="reset">Clear</button>
  </form>`;
}

function select(name: string, label: string, all: string, options: readonly (readonly [string, string])[]): Markup {
  return html`<label
    >${label}<select name="${name}">
      <option value="">${all}</option>
      ${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
    </select></label
  >`;
}

/** Returns what was passed over and the notes; empty if there are none. */
function remarks({ notes, passedOver }: CheckReport): Markup {
  const lines = [
    ...(passedOver.length === 0 ? [] : [`Passed over: ${passedOverWords(passedOver)}.`]),
    ...notes.map(noteWords),
  ];
  if (lines.length === 0) return html``;
  return html`<h2>Notes</h2>
    <ul class="notes">
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}

function byOutcomeAndName(a: CheckedObject, b: CheckedObject): number {
  return rankOf(a) - rankOf(b) || nameOf(a).localeCompare(nameOf(b), 'en');
}

function rankOf(object: CheckedObject): number {
  return outcomeOf(object) === 'denied' ? 0 : 1;
}

function nameOf({ subject: { namespace, kind, name } }: CheckedObject): string {
  return `${namespace}/${name}/${kind}`;
}
