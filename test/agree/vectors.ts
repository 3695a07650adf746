import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { comparisons, type Comparison } from './vector-files.ts';

/** The result of one file of vectors. */
export type FileAgreement =
  | { readonly kind: 'compared'; readonly agreed: number; readonly differences: readonly Comparison[] }
  | { readonly kind: 'unknown' };

const shownDifferences = 5;

/**
 * Compares every file in a folder of vectors and prints the totals. Returns the exit code: 0, 1 or 2, see `main.ts`.
 */
export async function agreeVectors([folder]: readonly string[]): Promise<number> {
  if (folder === undefined) {
    console.error('usage: npm run agree -- vectors DIR');
    return 2;
  }
  let exitCode = 0;
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json')).toSorted()) {
    const agreement = await compareFile(join(folder, name));
    if (agreement.kind === 'unknown') {
      console.log(`${name}: unknown file`);
      exitCode = 2;
      continue;
    }
    const { agreed, differences } = agreement;
    console.log(`${name}: ${agreed} agree, ${differences.length} differ`);
    for (const { input, expected, actual } of differences.slice(0, shownDifferences)) {
      console.log(`  ${input}\n    expected ${JSON.stringify(expected)}\n    actual   ${JSON.stringify(actual)}`);
    }
    if (differences.length > 0) exitCode = Math.max(exitCode, 1);
  }
  return exitCode;
}

/** Compares the cases of one file. `unknown` if there is no comparison for a file with this name. */
export async function compareFile(file: string): Promise<FileAgreement> {
  const compare = Object.hasOwn(comparisons, basename(file)) ? comparisons[basename(file)] : undefined;
  if (compare === undefined) return { kind: 'unknown' };
  const { cases } = JSON.parse(await readFile(file, 'utf8')) as { readonly cases: readonly never[] };
  const compared: Comparison[] = [];
  for (const recorded of cases) compared.push(await compare(recorded));
  const differences = compared.filter(({ expected, actual }) => !isDeepStrictEqual(expected, actual));
  return { kind: 'compared', agreed: compared.length - differences.length, differences };
}
