import { test } from 'node:test';

import { denialMessage } from '../../src/words/message.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { warningTexts } from '../../src/words/warnings.ts';
import { assertGolden } from '../support/golden.ts';
import { sample } from './sample-findings.ts';

const subject = {
  kind: 'Deployment',
  namespace: 'prod',
  name: 'web',
  serviceAccount: 'default',
  editable: 'template',
} as const;

test('words: a denial of each kind', async () => {
  const messages = findingKinds.map((kind) => denialMessage({ denied: [sample(kind)], warned: [] }, subject));
  await assertGolden('denials.txt', `${messages.join('\n\n')}\n`);
});

test('words: a warning of each kind', async () => {
  const warnings = findingKinds.flatMap((kind) => warningTexts([sample(kind)], subject));
  await assertGolden('warnings.txt', `${warnings.join('\n')}\n`);
});
