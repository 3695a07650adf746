import type { FindingKind } from '../../engine/finding.ts';
import { accountOf } from '../../words/account.ts';
import type { Subject } from '../../words/by-kind.ts';
import { grouped, whereWords, type Group } from '../../words/grouped.ts';
import { inline } from '../../words/plain-text.ts';
import { outcomeOf, titleOf, type CheckedObject } from '../report.ts';
import { placeOf, placeWords } from '../source.ts';
import { html, type Markup } from './markup.ts';

type FindingAction = 'deny' | 'warn';

/** What a reader sees for each action. */
export const actionWords = { deny: 'denied', warn: 'warning' } as const satisfies Record<FindingAction, string>;

/** Returns the part of the page about one object with findings: each finding with its cause, evidence and fix. */
export function objectCard(object: CheckedObject): Markup {
  const { subject, verdict, source } = object;
  const place = placeOf(source);
  const findings = [...cards('deny', verdict.denied, subject), ...cards('warn', verdict.warned, subject)];
  return html`<article class="object ${outcomeOf(object)}" data-namespace="${subject.namespace}">
    <header>
      <h3>${inline(titleOf(object), 250)}</h3>
      ${place && html`<span class="quiet">${placeWords(place)}</span>`}
    </header>
    ${findings}
  </article> `;
}

function cards(action: FindingAction, findings: CheckedObject['verdict']['denied'], subject: Subject) {
  const { groups, left } = grouped(findings, subject);
  const more = html`<section class="finding" data-action="${action}" data-kind=""><p>And ${left} more.</p></section>`;
  return [...groups.map((group) => card(action, group, subject)), ...(left > 0 ? [more] : [])];
}

function card(action: FindingAction, group: Group, subject: Subject): Markup {
  const { topic, image, at, evidence, tried, note, advice, command } = accountOf(group, subject);
  const kind: FindingKind = group.finding.kind;
  const where = whereWords(group.uses, 3);
  return html`<section class="finding" data-action="${action}" data-kind="${kind}">
    <p class="head">
      <span class="badge ${action}">${actionWords[action]}</span><strong>${topic}</strong
      ><code class="quiet">${kind}</code>
    </p>
    <p class="cause">${group.sentence}</p>
    <dl>
      ${row('Image', image && html`<code>${image}</code>`)}${row('Used by', where === '' ? undefined : html`${where}`)}${row('Field', at && html`<code>${at}</code>`)}${row('Evidence', evidence && html`${evidence}`)}${row('Tried', tried && html`${tried}`)}${row('Note', note && html`${note}`)}${row('Fix', fix(advice, command))}
    </dl>
  </section> `;
}

function row(label: string, content: Markup | '' | undefined): Markup {
  return content === undefined || content === ''
    ? html``
    : html`<dt>${label}</dt>
        <dd>${content}</dd>`;
}

function fix(advice: string, command: string | undefined): Markup {
  if (command === undefined) return html`${advice}`;
  return html`${advice}
    <div class="command">
      <pre>${command}</pre>
      <button type="button" class="copy" hidden>Copy</button>
    </div>`;
}
