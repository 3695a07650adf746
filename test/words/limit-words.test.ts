import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits, type Limit } from '../../src/engine/limits.ts';
import { limitFinding } from '../../src/engine/limit-finding.ts';
import { warningTexts } from '../../src/words/warnings.ts';
import { subject, useOf } from './sample-findings.ts';

describe('a warning about a limit says how much is too much, and what to do', () => {
  for (const limit of Object.keys(limits) as readonly Limit[]) {
    test(limit, () => {
      const [text = ''] = warningTexts([limitFinding(limit, useOf('app', 'r.io/app:v1'))], subject);
      assert.match(text, new RegExp(`not checked: the object has more than ${limits[limit].toLocaleString('en-US')} `));
      assert.match(text, /(?:Split|Name|Build|Select) .*\. \(pullgate explain not-checked\)$/);
    });
  }
});
