import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProgram } from '../../src/commands/program.ts';

const stop = new AbortController().signal;

for (const name of ['pullgate', 'kubectl pullgate']) {
  describe(`the help of ${name}`, () => {
    const program = createProgram({ name, stop });
    for (const command of [program, ...program.commands]) {
      const title = command === program ? name : `${name} ${command.name()}`;
      test(`${title} fits a screen of 80×24 and ends with examples of it`, () => {
        let help = '';
        command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
        const lines = help.trimEnd().split('\n');
        // One line is left for the prompt.
        assert.ok(lines.length <= 23, `${lines.length} lines`);
        for (const line of lines) assert.ok(line.length <= 80, line);
        const at = lines.indexOf('Examples:');
        assert.ok(at > 0 && at < lines.length - 1);
        for (const line of lines.slice(at + 1)) assert.ok(line.includes(title), line);
      });
    }
  });
}
