import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as switches from '../manifests/page.ts';
import { commandsOf, pagesWithCommands, root, shows, type Command } from './commands.ts';
import { ruleFor, rules } from './places.ts';

const commands: readonly Command[] = (await Promise.all((await pagesWithCommands()).map(commandsOf))).flat();

describe('the commands of the documents', () => {
  test('are found', () => {
    assert.ok(commands.length > 80, `only ${commands.length}`);
    const expected = ['helm install pullgate', 'pullgate check -f deploy/', 'make demo', 'kubectl apply -k .'];
    for (const text of expected)
      assert.ok(
        commands.some((command) => command.text.startsWith(text)),
        text,
      );
  });

  test('each run in a test, or have a reason why they cannot', () => {
    const homeless = commands.filter((command) => ruleFor(command) === undefined);
    assert.deepEqual(homeless, [], 'add a rule to test/docs/places.ts');
  });

  test('a new command on a new page has no place', () => {
    assert.equal(ruleFor({ page: 'docs/new.md', section: 'New', text: 'kubectl new', output: [] }), undefined);
  });

  test('no rule is left over, and each that cannot run says why', () => {
    for (const rule of rules) {
      assert.ok(
        commands.some((command) => ruleFor(command) === rule),
        JSON.stringify(rule),
      );
      assert.equal(rule.place === 'nowhere', rule.because !== undefined, JSON.stringify(rule));
    }
  });

  test('of CI are lines of .ci/run', async () => {
    const lines = (await readFile(join(root, '.ci/run'), 'utf8')).split('\n');
    for (const command of commands.filter((one) => ruleFor(one)?.place === 'ci'))
      assert.ok(lines.includes(command.text), command.text);
  });

  test('that change the overlay are those that test/manifests/switch.test.ts runs', () => {
    const page = commands.filter((one) => ruleFor(one)?.place === 'switch').map(({ text }) => text);
    assert.deepEqual(page.toSorted(), switches.allCommands().toSorted());
  });
});

describe('a documented output', () => {
  const output = ['Warning: … tag', 'created'];
  test('may leave out parts of a line, and lines', () => {
    assert.ok(shows('note\nWarning: no such tag "9"\n\ncreated\n', output));
  });
  test('must have its lines in this order', () => {
    assert.ok(!shows('created\nWarning: no such tag\n', output));
    assert.ok(!shows('Warning: no such image\ncreated\n', output));
  });
});
