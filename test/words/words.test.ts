import { describe, test } from 'node:test';

import { denialMessage } from '../../src/words/message.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { warningTexts } from '../../src/words/warnings.ts';
import { assertGolden } from '../support/golden.ts';
import { adviceFindings } from './advice-findings.ts';
import { sample, subject } from './sample-findings.ts';

describe('the texts of each kind are as in the golden file', () => {
  test('denials', async () => {
    const messages = findingKinds.map((kind) => denialMessage({ denied: [sample(kind)], warned: [] }, subject));
    await assertGolden('denials.txt', `${messages.join('\n\n')}\n`);
  });

  test('what makes a finding more exact', async () => {
    const messages = adviceFindings.map(
      ({ it, finding }) => `# ${it}\n${denialMessage({ denied: [finding], warned: [] }, subject)}`,
    );
    await assertGolden('advice.txt', `${messages.join('\n\n')}\n`);
  });

  test('warnings', async () => {
    const warnings = findingKinds.flatMap((kind) => warningTexts([sample(kind)], subject));
    await assertGolden('warnings.txt', `${warnings.join('\n')}\n`);
  });
});
