import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CommanderError } from 'commander';
import { createProgram } from '../../src/commands/program.ts';

const cases = [
  { args: 'chek', said: "unknown command 'chek' (did you mean check?)" },
  { args: 'check --ofline', said: "unknown option '--ofline' (did you mean --offline?)" },
  {
    args: 'check -o srif',
    said: /argument 'srif' is invalid\. The formats are text, json, .+\. Did you mean sarif\?$/,
  },
  { args: 'check -o picture', said: /The formats are text, json, [^?]+\.$/ },
  { args: 'check -o sarif=', said: /Name the file: sarif=FILE\.$/ },
  { args: 'check -o text -o json', said: /Only one report can go to standard output, and text does/ },
  { args: 'check -o text=a -o json=a', said: /The text report goes to the same file\.$/ },
  { args: 'check --fail-on wran', said: /Allowed choices are deny, warn, never\.$/ },
  { args: 'check --timeout soon', said: /Use a duration up to 1h, such as 30s or 2m\.$/ },
  { args: 'explain image-notfound', said: /Did you mean image-not-found\?$/ },
  { args: 'explain weather', said: /Use one of: invalid-image-name, / },
  { args: 'completion tcsh', said: /Allowed choices are bash, zsh, fish\.$/ },
] as const;

describe('a wrong word gets one line and the nearest right word', () => {
  for (const { args, said } of cases) {
    for (const name of ['pullgate', 'kubectl pullgate']) {
      if (name !== 'pullgate' && args.startsWith('completion')) continue;
      test(`${name} ${args}`, async () => {
        let text = '';
        const program = createProgram({ name, stop: new AbortController().signal });
        for (const command of [program, ...program.commands])
          command.configureOutput({ writeErr: (part) => (text += part) });
        await assert.rejects(program.parseAsync(['node', 'main', ...args.split(' ')]), CommanderError);
        assert.match(text, new RegExp(`^${name}: [^\\n]+\\n$`));
        const line = text.slice(name.length + 2, -1);
        if (typeof said === 'string') assert.equal(line, said);
        else assert.match(line, said);
      });
    }
  }
});
