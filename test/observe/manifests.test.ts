import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { exportedAfterEverything } from './exported.ts';
import { askedBy } from './queries.ts';

const folder = new URL('../../manifests/observe/', import.meta.url);

interface Query {
  readonly where: string;
  readonly text: string;
}

async function dashboardQueries(): Promise<readonly Query[]> {
  const { panels, templating } = JSON.parse(await readFile(new URL('dashboard.json', folder), 'utf8'));
  const variables = templating.list.filter(({ type }: { type: string }) => type === 'query');
  return [
    ...panels.flatMap(({ title, targets = [] }: { title: string; targets?: { expr: string }[] }) =>
      targets.map(({ expr }) => ({ where: `dashboard: ${title}`, text: expr })),
    ),
    ...variables.map(({ name, query }: { name: string; query: string }) => ({
      where: `dashboard: $${name}`,
      text: query.replace(/^label_values\((.*), \w+\)$/, '$1'),
    })),
  ];
}

async function alertQueries(): Promise<readonly Query[]> {
  const { spec } = parse(await readFile(new URL('rules.yaml', folder), 'utf8'));
  return spec.groups.flatMap(({ rules }: { rules: { alert: string; expr: string }[] }) =>
    rules.map(({ alert, expr }) => ({ where: `alert: ${alert}`, text: expr })),
  );
}

const exported = (await exportedAfterEverything()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const metrics = new Set(exported.map((line) => /^\w+/.exec(line)?.[0]));
/** Labels of our own, and those that Prometheus adds to what it scrapes. */
const labels = new Set([
  ...exported.flatMap((line) => [...line.matchAll(/[{,](\w+)=/g)].map(([, label]) => label)),
  'namespace',
  'pod',
]);
const queries = [...(await dashboardQueries()), ...(await alertQueries())];

for (const { where, text } of queries) {
  test(`${where} asks for what is exported`, () => {
    const asked = askedBy(text);
    assert.ok(asked.metrics.length > 0, text);
    assert.deepEqual(
      asked.metrics.filter((metric) => !metrics.has(metric)),
      [],
    );
    assert.deepEqual(
      asked.labels.filter((label) => !labels.has(label)),
      [],
    );
  });
}

test('every metric of our own is shown or watched', () => {
  const asked = new Set(queries.flatMap(({ text }) => askedBy(text).metrics.map(family)));
  const own = [...metrics].filter((metric) => metric?.startsWith('pullgate_')).map((metric) => family(metric ?? ''));
  assert.deepEqual(
    own.filter((metric) => !asked.has(metric)),
    [],
  );
});

function family(metric: string): string {
  return metric.replace(/_(?:bucket|sum|count)$/, '');
}

const examples = [
  { query: 'sum by (a, b) (rate(x_total{c="d|e"}[5m])) > 0.5', metrics: ['x_total'], labels: ['c', 'a', 'b'] },
  { query: 'min(x) - time() < 7 * 86400', metrics: ['x'], labels: [] },
  { query: 'x / y_total', metrics: ['x', 'y_total'], labels: [] },
];

for (const { query, ...is } of examples) {
  test(`reads ${query}`, () => assert.deepEqual(askedBy(query), is));
}
