import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { auditAnnotations } from '../../src/words/annotations.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { denialMessage } from '../../src/words/message.ts';
import { utf8Length } from '../../src/words/plain-text.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { warningTexts } from '../../src/words/warnings.ts';
import { host, unreachable } from '../support/answers.ts';
import { sample, subject, useOf } from './sample-findings.ts';

const nasty = `${host}/a\u001b[2J\r\nWarning: all is well\u202e${'😀'.repeat(5000)}\ud83d:v1`;

const unreachableReasons = [
  'dns-not-found',
  'dns-failed',
  'connection-refused',
  'reset',
  'timeout',
  'tls-untrusted',
  'tls-expired',
  'tls-wrong-host',
  'tls-failed',
  'plain-http',
  'proxy',
  'server-error',
  'token-answer',
  'web-page',
  'protocol',
] as const;

function many(count: number, imageOf: (index: number) => string): readonly Finding[] {
  return Array.from({ length: count }, (_, index) =>
    sample('image-not-found', { use: useOf(`c${index}`, imageOf(index)) }),
  );
}

function deny(denied: readonly Finding[]): string {
  return denialMessage({ denied, warned: [] }, subject);
}

describe('a denial', () => {
  test('of many broken images stays within 4 KiB and counts what is left out', () => {
    const message = deny(many(300, (index) => `${host}/team/app${index}:v1`));
    assert.ok(utf8Length(message) <= 4096);
    assert.match(message, /300 problems/);
    assert.match(message, /and \d+ more\.$/);
  });

  test('of one image in ten containers is one problem', () => {
    assert.doesNotMatch(deny(many(10, () => `${host}/team/app:v1`)), /problems/);
  });
});

describe('the texts of a hostile image are limited, printable and well-formed', () => {
  for (const kind of findingKinds) {
    test(kind, () => {
      const finding = sample(kind, { use: useOf(nasty, nasty, { path: nasty }) });
      const hostile = { kind: 'Deployment', namespace: nasty, name: nasty, serviceAccount: nasty };
      const message = denialMessage({ denied: [finding], warned: [finding] }, hostile);
      const [warning = ''] = warningTexts([finding], hostile);
      assert.ok(utf8Length(message) <= 4096);
      assert.ok(utf8Length(warning) <= 256);
      assert.doesNotMatch(message.replaceAll('\n', ''), /\p{C}/u);
      assert.doesNotMatch(warning, /\p{C}/u);
    });
  }
});

describe('warnings', () => {
  test('have a different text for each reason why a registry is unreachable', () => {
    const texts = unreachableReasons.map(
      (reason) => warningTexts([sample('registry-unreachable', { answer: unreachable(reason) })], subject)[0],
    );
    assert.equal(new Set(texts).size, texts.length);
  });

  test('of one image in ten containers are one warning', () => {
    const findings = many(10, () => `${host}/team/app:v1`);
    assert.equal(warningTexts(findings, subject).length, 1);
  });

  test('have a limited number and size, and count what is left out', () => {
    const texts = warningTexts(
      many(300, (index) => `${host}/${index}/${nasty}`),
      subject,
    );
    assert.equal(texts.length, 16);
    assert.ok(texts.reduce((sum, text) => sum + utf8Length(text), 0) <= 4096);
    assert.match(texts.at(-1) ?? '', /and 285 more/);
  });
});

describe('audit annotations', () => {
  test('have at most 8 KiB of JSON, and count the findings that are left out', () => {
    const denied = many(300, (index) => `${host}/${index}/${nasty}`);
    const annotations = auditAnnotations({ allowed: false, denied, warned: [sample('latest-tag')] });
    const findings = JSON.parse(annotations['findings'] ?? '') as readonly { kind: string; action: string }[];
    assert.equal(annotations['verdict'], 'denied');
    assert.equal(findings[0]?.action, 'deny');
    assert.ok(utf8Length(annotations['findings'] ?? '') <= 8192);
    assert.equal(findings.length + Number(annotations['findings-omitted']), 301);
    assert.ok(Object.keys(annotations).every((key) => !key.includes('/')));
  });
});
