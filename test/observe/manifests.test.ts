import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { exportedAfterEverything } from './exported.ts';
import { namesIn } from './queries.ts';

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
/** Our own labels, and those that Prometheus adds. */
const labels = new Set([
  ...exported.flatMap((line) => [...line.matchAll(/[{,](\w+)=/g)].map(([, label]) => label)),
  'namespace',
  'pod',
]);
const queries = [...(await dashboardQueries()), ...(await alertQueries())];

describe('the dashboard and the alerts', () => {
  for (const { where, text } of queries) {
    test(`use only exported metrics and labels (${where})`, () => {
      const names = namesIn(text);
      assert.ok(names.metrics.length > 0, text);
      assert.deepEqual(
        names.metrics.filter((metric) => !metrics.has(metric)),
        [],
      );
      assert.deepEqual(
        names.labels.filter((label) => !labels.has(label)),
        [],
      );
    });
  }

  test('use each of our metrics', () => {
    const used = new Set(queries.flatMap(({ text }) => namesIn(text).metrics.map(family)));
    const own = [...metrics].filter((metric) => metric?.startsWith('pullgate_')).map((metric) => family(metric ?? ''));
    assert.deepEqual(
      own.filter((metric) => !used.has(metric)),
      [],
    );
  });
});

/** Returns the name of a metric without the suffixes of a histogram. */
function family(metric: string): string {
  return metric.replace(/_(?:bucket|sum|count)$/, '');
}

const examples = [
  { query: 'sum by (a, b) (rate(x_total{c="d|e"}[5m])) > 0.5', metrics: ['x_total'], labels: ['c', 'a', 'b'] },
  { query: 'min(x) - time() < 7 * 86400', metrics: ['x'], labels: [] },
  { query: 'x / y_total', metrics: ['x', 'y_total'], labels: [] },
];

describe('the names in a query', () => {
  for (const { query, ...expected } of examples) {
    test(`are read from ${query}`, () => assert.deepEqual(namesIn(query), expected));
  }
});
