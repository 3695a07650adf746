import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseSchemelessUrl, splitPort } from '../../src/lib/schemeless-url.ts';

const urls: readonly { it: string; text: string; is: string | undefined }[] = [
  { it: 'a host', text: 'ghcr.io', is: 'ghcr.io' },
  { it: 'a host and a path', text: 'ghcr.io/team/app', is: 'ghcr.io /team/app' },
  { it: 'a port', text: 'ghcr.io:5000/team', is: 'ghcr.io:5000 /team' },
  { it: 'an empty port', text: 'ghcr.io:/team', is: 'ghcr.io: /team' },
  { it: 'a port that is not a number', text: 'ghcr.io:http', is: undefined },
  { it: 'a colon too many', text: 'ghcr.io:1:2', is: undefined },
  { it: 'an IPv6 address', text: '[::1]:5000/a', is: '[::1]:5000 /a' },
  { it: 'an IPv6 address with a zone', text: '[fe80::1%25eth0]', is: '[fe80::1%25eth0]' },
  { it: 'an IPv6 address with an unescaped zone', text: '[fe80::1%eth0]', is: undefined },
  { it: 'a bracket that is not closed', text: '[::1', is: undefined },
  { it: 'a bracket in the middle', text: 'a[::1]', is: undefined },
  { it: 'userinfo, which is dropped', text: 'user:password@ghcr.io/a', is: 'ghcr.io /a' },
  { it: 'invalid userinfo', text: 'us<er@ghcr.io', is: undefined },
  { it: 'a query and a fragment, which are dropped', text: 'ghcr.io/a?b#c', is: 'ghcr.io /a' },
  { it: 'a question mark directly after the host', text: 'ghcr.io?b/c', is: 'ghcr.io' },
  { it: 'an invalid escape in the fragment', text: 'ghcr.io#%zz', is: undefined },
  { it: 'an escape in the path', text: 'ghcr.io/%61', is: 'ghcr.io /a' },
  { it: 'an escaped slash in the path', text: 'ghcr.io/%2f', is: 'ghcr.io //' },
  { it: 'an invalid escape in the path', text: 'ghcr.io/%6', is: undefined },
  { it: 'an escaped ASCII character in the host', text: 'ghcr%2eio', is: undefined },
  { it: 'an escaped byte from 0x80 in the host', text: 'gh%e9.io', is: 'gh\u00e9.io' },
  { it: 'a star in the host', text: '*.ghcr.io', is: '*.ghcr.io' },
  { it: 'a space in the host', text: 'gh cr.io', is: undefined },
  { it: 'a control character', text: 'ghcr.io/\n', is: undefined },
  { it: 'an empty text', text: '', is: '' },
  { it: 'a path only', text: '/a', is: ' /a' },
];

describe('a URL without its scheme, with', () => {
  for (const { it, text, is } of urls) {
    test(it, () => {
      const url = parseSchemelessUrl(text);
      assert.equal(url && (url.path === '' ? url.host : `${url.host} ${url.path}`), is);
    });
  }

  test('any text, never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '1', '.', ':', '/', '@', '[', ']', '%', '2', 'e', '?', '#', '*', 'é') }),
        (text) => void parseSchemelessUrl(text),
      ),
      { seed: 20 },
    );
  });
});

const hosts: readonly (readonly [host: string, name: string, port: string])[] = [
  ['ghcr.io', 'ghcr.io', ''],
  ['ghcr.io:5000', 'ghcr.io', '5000'],
  ['ghcr.io:', 'ghcr.io', ''],
  ['[::1]', '[::1]', ''],
  ['[::1]:5000', '::1', '5000'],
  ['*.io:*', '*.io', '*'],
  ['', '', ''],
];

describe('splitPort', () => {
  for (const [host, name, port] of hosts) {
    test(`splits "${host}" into "${name}" and "${port}"`, () => assert.deepEqual(splitPort(host), { name, port }));
  }
});
