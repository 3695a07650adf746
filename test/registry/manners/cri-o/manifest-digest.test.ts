import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../../../src/registry/content-digest.ts';
import { manifestDigest } from '../../../../src/registry/manners/cri-o/manifest-digest.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Schema 1 as `docker push` wrote it: the signatures come before the end of what was signed. */
function signed(header: object): Uint8Array {
  const signatures = JSON.stringify([{ protected: base64url(JSON.stringify(header)) }]);
  return bytes(`{"schemaVersion":1,"name":"a","signatures":${signatures}}`);
}

const start = '{"schemaVersion":1,"name":"a"';

describe('manifestDigest', () => {
  test('is that of the content', () => assert.equal(manifestDigest(bytes('{}')), digestOf(bytes('{}'))));

  test('of signed schema 1 is that of the content without the signatures', () => {
    const content = signed({ formatLength: start.length, formatTail: base64url('\n}') });
    assert.equal(manifestDigest(content), digestOf(bytes(`${start}\n}`)));
  });

  test('of schema 1 without signatures is that of the content', () => {
    const content = bytes(`${start}}`);
    assert.equal(manifestDigest(content), digestOf(content));
  });

  test('is unknown if the signature is malformed', () => {
    assert.equal(manifestDigest(signed({ formatLength: 'x' })), undefined);
    assert.equal(manifestDigest(bytes('{"schemaVersion":1,"signatures":[]}')), undefined);
  });
});
