import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorReason } from '../lib/errno.ts';
import { formats } from './format.ts';
import type { FormatOptions } from './format-options.ts';
import type { Output } from './output.ts';
import type { CheckReport } from './report.ts';

/** Where the report without a file goes. */
export interface ReportStream {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** Throws an Error with one line if one of the files cannot be written. Call it before the work, not after it. */
export async function assertWritable(outputs: readonly Output[]): Promise<void> {
  for (const { file } of outputs) {
    if (file === undefined) continue;
    try {
      const folder = dirname(file);
      if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);
      await access(folder, constants.W_OK);
      if ((await stat(file).catch(() => undefined))?.isDirectory()) throw new Error('it is a folder');
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }
}

/**
 * Writes a report in each of the formats. A file is written whole or not at all. Colours are only for a terminal that
 * has them. Throws an Error with one line if a file cannot be written; the others are written all the same.
 */
export async function writeReport(
  report: CheckReport,
  outputs: readonly Output[],
  stream: ReportStream,
  options: Omit<FormatOptions, 'colour'>,
): Promise<void> {
  let failure: Error | undefined;
  for (const { format, file } of outputs) {
    const colour = file === undefined && stream.isTTY === true && stream.hasColors?.() === true;
    const text = formats[format](report, { ...options, colour });
    if (file === undefined) stream.write(text);
    else await replaceFile(file, text).catch((error: unknown) => (failure ??= cannotWrite(file, error)));
  }
  if (failure !== undefined) throw failure;
}

/** Returns an Error with one line about a file that cannot be written. */
export function cannotWrite(file: string, error: unknown): Error {
  return new Error(`${file}: cannot be written (${errorReason(error)})`, { cause: error });
}

/** Renames a finished file to `file`. Writes to a device or a pipe directly, because a rename would replace it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const old = await stat(target).catch(() => undefined);
  if (old !== undefined && !old.isFile()) return writeFile(target, text);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: old === undefined ? 0o666 : old.mode & 0o777 });
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
