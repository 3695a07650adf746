import type { FindingKind } from '../engine/finding.ts';
import { findingKinds, profiles } from '../engine/policy/policy.ts';
import { accessExplanations } from './explained-access.ts';
import { imageExplanations } from './explained-image.ts';
import { registryExplanations } from './explained-registry.ts';
import type { Explanation } from './explanation.ts';

/** A new kind does not compile until it has an explanation. */
const explanations: Readonly<Record<FindingKind, Explanation>> = {
  ...imageExplanations,
  ...accessExplanations,
  ...registryExplanations,
};

/** Returns what a kind of finding means, how to find its cause and how to fix it. */
export function explain(kind: FindingKind): Explanation {
  return explanations[kind];
}

/** Whether a word on the command line is a kind of finding. */
export function isFindingKind(word: string): word is FindingKind {
  return Object.hasOwn(explanations, word);
}

/** The explanation of one kind as text: what `pullgate explain KIND` prints. */
export function renderExplanation(kind: FindingKind): string {
  const { meaning, seenAs, find, fix } = explain(kind);
  return [
    kind,
    '',
    wrapped(meaning),
    ...section('Seen on the node as', seenAs),
    ...section('Find the cause', find),
    ...section('Fix it', fix),
    '',
    `Action: ${actions(kind)}.`,
    '',
  ].join('\n');
}

/** The explanations of all kinds as one page of Markdown: `docs/findings.md`. */
export function renderFindingsPage(): string {
  const intro = [
    '# Findings',
    '',
    'Each kind of problem that Pullgate reports: what it means, how to find the cause and how to fix it.',
    '`pullgate explain KIND` prints the same text.',
    '',
    '`npm run docs` generates this page from `src/words/explained-*.ts`. The table shows what each profile does.',
    '',
    '| kind | audit | balanced | strict |',
    '|---|---|---|---|',
    ...findingKinds.map(
      (kind) =>
        `| [${kind}](#${kind}) | ${profiles.audit[kind]} | ${profiles.balanced[kind]} | ${profiles.strict[kind]} |`,
    ),
  ];
  return [...intro, ...findingKinds.map(markdownChapter), ''].join('\n');
}

function markdownChapter(kind: FindingKind): string {
  const { meaning, seenAs, find, fix } = explain(kind);
  return [
    '',
    `## ${kind}`,
    '',
    meaning,
    ...markdownSection('Seen on the node as', seenAs),
    ...markdownSection('Find the cause', find),
    ...markdownSection('Fix it', fix),
  ].join('\n');
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  - ${item.replaceAll('`', '')}`)];
}

/** Lines of at most 100 characters. */
function wrapped(text: string): string {
  return text
    .replaceAll('`', '')
    .replaceAll(/(.{1,100})(?: |$)/g, '$1\n')
    .trimEnd();
}

function markdownSection(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', `${title}:`, '', ...items.map((item) => `- ${item}`)];
}

function actions(kind: FindingKind): string {
  return (['audit', 'balanced', 'strict'] as const)
    .map((profile) => `${profiles[profile][kind]} (${profile})`)
    .join(', ');
}
