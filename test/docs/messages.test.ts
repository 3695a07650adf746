import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { assertFile } from '../support/golden.ts';

const introduction = `# Messages

What a denial says for each kind of [finding](findings.md), and what it says if Pullgate knows more. These are the texts
that the tests compare word by word. A warning has the first sentences of the same text.
`;

/** Texts are separated by an empty line. A text may begin with a title: `# a template`. */
async function textsOf(golden: string): Promise<readonly string[]> {
  const file = await readFile(new URL(`../golden/${golden}`, import.meta.url), 'utf8');
  return file.trimEnd().split('\n\n');
}

function section(heading: string, text: string): string {
  return `## ${heading}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
}

test('docs/messages.md is up to date', async () => {
  const denials = (await textsOf('denials.txt')).map((text, at) => section(findingKinds[at] ?? '', text));
  const advice = (await textsOf('advice.txt')).map((text) => {
    const [title = '', ...lines] = text.split('\n');
    return section(title.replace('# ', ''), lines.join('\n'));
  });
  await assertFile(
    new URL('../../docs/messages.md', import.meta.url),
    [introduction, ...denials, ...advice].join('\n'),
  );
});
