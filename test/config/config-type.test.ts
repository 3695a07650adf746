import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const schema = JSON.parse(await readFile(join(root, 'src/config/schema.json'), 'utf8')) as {
  properties: Record<string, object>;
};

/** A program that compiles only if the schema and the type have the same fields, at every depth. */
function proof(schemaText: string, type: string): string {
  return [
    `import type { Config as Real } from '${root}/src/config/config.ts';`,
    `import type { Difference } from '${root}/test/config/difference.ts';`,
    `const schema = ${schemaText} as const;`,
    `declare const difference: Difference<typeof schema, ${type}>;`,
    'export const none: { readonly onlyInSchema: never; readonly onlyInType: never } = difference;',
  ].join('\n');
}

/** What the compiler says of the proof; empty: it holds. */
async function compiled(schemaText: string, type: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-config-type-'));
  try {
    await writeFile(join(folder, 'proof.ts'), proof(schemaText, type));
    const compilerOptions = { rewriteRelativeImportExtensions: false, typeRoots: [join(root, 'node_modules/@types')] };
    const options = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['proof.ts'] };
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
    return await new Promise((resolve) => {
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      execFile(process.execPath, [tsc, '-p', folder], (_, stdout) => resolve(stdout));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const asIs = JSON.stringify(schema);
const withField = JSON.stringify({ ...schema, properties: { ...schema.properties, planted: { type: 'string' } } });

describe('the config type and its schema', () => {
  test('have the same fields', async () => assert.equal(await compiled(asIs, 'Real'), ''));

  test('are told apart if only the schema has a field', async () =>
    assert.match(await compiled(withField, 'Real'), /planted/));

  test('are told apart if only the type has a field', async () =>
    assert.match(await compiled(asIs, 'Real & { readonly planted: string }'), /planted/));

  test('are told apart if the type says that a field may be absent and the schema has a default', async () =>
    assert.match(await compiled(asIs, "Omit<Real, 'profile'> & { readonly profile?: Real['profile'] }"), /profile/));
});
