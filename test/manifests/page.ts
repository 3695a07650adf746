import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifests } from '../support/overlay.ts';

const page = await readFile(join(manifests, '../docs/operations.md'), 'utf8');

/** The arguments of each kubectl command that docs/operations.md has below `# COMMENT`; none without such a comment. */
export function commandsOf(comment: string): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`\n# ${comment}\n`);
  const [block = ''] = after.split(/^#|^```/m);
  const lines = block.split('\n').filter((line) => line.startsWith('kubectl '));
  return lines.map((line) => line.split(' ').slice(1));
}

/** Takes away all of Pullgate. */
export const removal = commandsOf('everything that any overlay or component brought');
