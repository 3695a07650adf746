import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, test } from 'node:test';
import { errorReason } from '../../src/lib/errno.ts';

const coded = (code: string): Error => Object.assign(new Error('message'), { code });

const errors: readonly { it: string; error: unknown; reason: string }[] = [
  { it: 'a common code', error: coded('EACCES'), reason: 'no permission' },
  { it: 'an address in use', error: coded('EADDRINUSE'), reason: 'the address is in use' },
  { it: 'another code', error: coded('EMFILE'), reason: 'EMFILE' },
  { it: 'an error without a code', error: new Error('message'), reason: 'message' },
  { it: 'a text', error: 'text', reason: 'text' },
];

describe('the reason of', () => {
  for (const { it, error, reason } of errors) test(it, () => assert.equal(errorReason(error), reason));

  const paths = [
    { it: 'a missing file', path: '/nonexistent/file', reason: 'no such file or folder' },
    { it: 'a folder that is read as a file', path: tmpdir(), reason: 'it is a folder' },
    {
      it: 'a file that is read as a folder',
      path: `${import.meta.filename}/file`,
      reason: 'a part of the path is not a folder',
    },
  ];
  for (const { it, path, reason } of paths) {
    test(it, async () => {
      const error: unknown = await readFile(path).catch((failure: unknown) => failure);
      assert.equal(errorReason(error), reason);
    });
  }
});
