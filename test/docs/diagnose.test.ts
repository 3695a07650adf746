import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { causeSides, type PullCause } from '../../src/diagnose/pull-cause.ts';
import { errorIn, messagePatterns } from '../../src/diagnose/read-message.ts';
import { causeWords } from '../../src/words/diagnosis/cause-words.ts';
import { recordedMessages, sandboxMessages } from '../diagnose/recorded-messages.ts';
import { assertFile } from '../support/golden.ts';

const page = new URL('../../docs/diagnose.md', import.meta.url);
const [begin, end] = ['<!-- causes -->\n', '<!-- end of causes -->'];

/** The part of a message that tells the cause. */
function example(cause: PullCause): string {
  const recorded = [...recordedMessages, ...sandboxMessages].find((message) => message.cause === cause);
  const { error } = errorIn(recorded?.message ?? '');
  const [told] = messagePatterns.flatMap(({ pattern }) => pattern.exec(error) ?? []).slice(0, 1);
  const text = error.slice(told === undefined ? 0 : error.indexOf(told), 90 + error.indexOf(told ?? ''));
  const short = text
    .replaceAll(/[0-9a-f]{30,64}/g, '…')
    .replace(/^: /, '')
    .replace(/^(.{80,}) \S*$/, '$1 …')
    .replace(/\n[^]*/, '');
  return short === '' ? '' : `\`${short.replaceAll('|', '\\|')}\``;
}

test('docs/diagnose.md has a row for each cause', async () => {
  const text = await readFile(page, 'utf8');
  const rows = (Object.keys(causeSides) as readonly PullCause[]).map(
    (cause) => `| \`${cause}\` | ${causeSides[cause]} | ${causeWords[cause]} | ${example(cause)} |`,
  );
  const table = ['| cause | side | meaning | as the kubelet says it |', '|---|---|---|---|', ...rows, ''].join('\n');
  const [before = ''] = text.split(begin);
  await assertFile(page, `${before}${begin}\n${table}\n${end}\n`);
});
