import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifests } from '../support/overlay.ts';

const page = await readFile(join(manifests, '../docs/operations.md'), 'utf8');

/** Returns the arguments of each kubectl command below `# COMMENT` in docs/operations.md. Empty without this comment. */
export function commandsOf(comment: string): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`\n# ${comment}\n`);
  const [block = ''] = after.split(/^#|^```/m);
  const lines = block.split('\n').filter((line) => line.startsWith('kubectl '));
  return lines.map((line) => line.split(' ').slice(1));
}

/** The commands of the section `Change the overlay`, as `commandsOf` finds them. */
export function allCommands(): readonly string[] {
  const [, section = ''] = page.split('\n## Change the overlay\n');
  const comments = [...(section.split('\n## ')[0] ?? '').matchAll(/^# (.+)$/gm)].map(([, comment = '']) => comment);
  return comments.flatMap(commandsOf).map((args) => ['kubectl', ...args].join(' '));
}

/** The arguments of the kubectl commands that remove Pullgate completely. */
export const removal = commandsOf('everything that any overlay or component created');
