import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { htmlReport } from '../../src/cli/html-report.ts';
import type { CheckedObject, CheckReport } from '../../src/cli/report.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { findingKinds, profiles } from '../../src/engine/policy/policy.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import { needsBrowser, openPage, type BrowserPage } from '../support/browser.ts';
import { sample, useOf } from '../words/sample-findings.ts';

const options = { version: '0.0.0', command: 'scan', now: new Date('2026-01-02T03:04:05Z') };

function objectOf(namespace: string, name: string, ...findings: readonly Finding[]): CheckedObject {
  return {
    source: { from: 'cluster', uid: name },
    apiVersion: 'apps/v1',
    subject: { kind: 'Deployment', namespace, name, serviceAccount: 'default', stored: true, editable: 'template' },
    images: findings.map(({ use }) => use?.image ?? ''),
    verdict: judge(findings, profiles.balanced),
  };
}

function reportOf(objects: readonly CheckedObject[], more: Partial<CheckReport> = {}): CheckReport {
  return { objects, passedOver: [], notes: [], problems: [], ...more };
}

/** What an attacker writes into every field that a cluster stores without looking at it. */
const attacks = [
  '<script>document.title="attacked"</script>',
  '"><img src=x onerror=document.title="attacked">',
  "' onmouseover='document.title=1",
  '</style><style>body{display:none}</style>',
  '</script><script>document.title="attacked"</script>',
  '<!--',
  '`${alert(1)}`',
  '\u202egnp.exe\u0007\u0000',
  'javascript:alert(1)',
];

const hostile = reportOf(
  attacks.map((text) =>
    objectOf(
      text,
      text,
      sample('image-not-found', { use: useOf(text, text) }),
      sample('pull-secret-missing', {
        unused: { secret: text, from: 'pod', reason: 'missing' },
      }),
    ),
  ),
  {
    notes: attacks.map((message) => ({ place: { file: message, line: 1 }, message })),
    problems: attacks.map((message) => ({ place: undefined, message })),
    passedOver: attacks.map((kind) => ({ kind, reason: 'no-image' as const, count: 1 })),
  },
);

const ordinary = reportOf([
  ...findingKinds.map((kind, at) => objectOf(['shop', 'pay'][at % 2] ?? '', `${kind}-app`, sample(kind))),
  objectOf('shop', 'fine'),
]);

describe('the HTML report', () => {
  test('escapes every text', () => {
    const page = htmlReport(hostile, options);
    for (const text of attacks.filter((attack) => /[<"'`]/.test(attack))) assert.ok(!page.includes(text), text);
    assert.equal(page.match(/<script/g)?.length, 1);
    assert.equal(page.match(/<style/g)?.length, 1);
    assert.doesNotMatch(page, /[[\p{Cc}\p{Cf}]--[\n]]/v);
  });

  test('names nothing to load', () => {
    const page = htmlReport(ordinary, options);
    assert.doesNotMatch(page, /\s(?:src|href|action|style|on\w+)=/);
    assert.doesNotMatch(page, /@import|url\(/);
  });

  test('says that a report without findings has none', () => {
    assert.match(htmlReport(reportOf([objectOf('shop', 'fine')]), options), /Nothing was found/);
  });

  test('has each finding with its cause, evidence and fix', () => {
    const page = htmlReport(ordinary, options);
    for (const kind of findingKinds.filter((each) => each !== 'not-pinned'))
      assert.ok(page.includes(`data-kind="${kind}"`), kind);
    assert.match(page, /<dt>Evidence<\/dt>\s*<dd>HEAD manifest at/);
    assert.match(page, /<pre>kubectl set image deployment\/image-not-found-app/);
  });
});

/** Shows a report, and then runs `work`. */
async function show(report: CheckReport, work: (page: BrowserPage) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-page-'));
  try {
    const file = join(folder, 'report.html');
    await writeFile(file, htmlReport(report, options));
    await using page = await openPage(pathToFileURL(file).href);
    await work(page);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the HTML report in a browser', await needsBrowser(), () => {
  const visible = `[...document.querySelectorAll('.object')].filter((each) => !each.hidden).length`;

  test('sends no request, breaks no rule of its policy, and runs nothing that is not its own', async () => {
    await show(hostile, async (page) => {
      assert.equal(await page.evaluate('document.title'), 'Pullgate scan: report');
      assert.equal(await page.evaluate('document.querySelectorAll(".object").length'), attacks.length);
      assert.equal(await page.evaluate('document.querySelectorAll("img, iframe, link, a").length'), 0);
      assert.equal(page.events('Network.requestWillBeSent').length, 1);
      assert.deepEqual(page.events('Log.entryAdded'), []);
      assert.deepEqual(page.events('Runtime.exceptionThrown'), []);
    });
  });

  test('has a policy that stops a request and a script that somebody gets into it', async () => {
    await show(ordinary, async (page) => {
      await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="https://evil.test/x">')`);
      await page.evaluate(
        `document.body.append(Object.assign(document.createElement('script'), { text: 'document.title = 1' }))`,
      );
      assert.equal(await page.evaluate(`fetch('https://evil.test').then(() => 'sent', () => 'stopped')`), 'stopped');
      assert.equal(await page.evaluate('document.title'), 'Pullgate scan: report');
      const refusals = page.events('Log.entryAdded').map((event) => JSON.stringify(event));
      for (const directive of ['img-src', 'script-src', 'connect-src'])
        assert.ok(
          refusals.some((text) => text.includes('Content Security Policy') && text.includes(directive)),
          directive,
        );
    });
  });

  test('filters by namespace, finding, action and words', async () => {
    await show(ordinary, async (page) => {
      const count = async (field: string, value: string) => {
        await page.evaluate(`document.querySelector('form').reset(); undefined`);
        await page.evaluate(`(() => {
          const field = document.querySelector('form').elements.namedItem('${field}');
          field.value = '${value}';
          field.dispatchEvent(new Event('input', { bubbles: true }));
        })()`);
        return page.evaluate(visible);
      };
      const shown = findingKinds.length - 1;
      assert.equal(await page.evaluate(visible), shown);
      assert.equal(await count('namespace', 'pay'), Math.floor(findingKinds.length / 2));
      assert.equal(await count('kind', 'latest-tag'), 1);
      assert.equal(await count('action', 'deny'), 7);
      assert.equal(await count('words', 'LATEST-tag-app'), 1);
      assert.equal(await count('words', 'nothing like this'), 0);
      assert.equal(await page.evaluate(`document.querySelector('.none').hidden`), false);
    });
  });

  test('fits a phone, and shows everything on paper', async () => {
    await show(reportOf([...ordinary.objects, ...hostile.objects]), async (page) => {
      const size = { width: 360, height: 740, deviceScaleFactor: 1, mobile: true };
      await page.send('Emulation.setDeviceMetricsOverride', size);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      assert.equal(await page.evaluate(`getComputedStyle(document.querySelector('form')).display`), 'none');
      assert.equal(await page.evaluate(visible), findingKinds.length - 1 + attacks.length);
    });
  });

  test('is dark if the reader wants that', async () => {
    await show(ordinary, async (page) => {
      const lightness = `Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])`;
      for (const [value, isDark] of [
        ['light', false],
        ['dark', true],
      ] as const) {
        await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
        assert.equal(Number(await page.evaluate(lightness)) < 128, isDark);
      }
    });
  });
});
