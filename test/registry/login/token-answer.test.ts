import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readImageToken, readToken } from '../../../src/registry/login/token-answer.ts';

const answers: readonly { it: string; text: string; method?: 'POST'; token?: string }[] = [
  { it: 'a token', text: '{"token":"t"}', token: 't' },
  { it: 'access_token before token', text: '{"access_token":"a","token":"t"}', token: 'a' },
  { it: 'an empty access_token', text: '{"access_token":"","token":"t"}', token: 't' },
  { it: 'token in an answer to POST', text: '{"token":"t"}', method: 'POST' },
  { it: 'a field name in another case', text: '{"Token":"t"}', token: 't' },
  { it: 'the last of two tokens', text: '{"token":"a","TOKEN":"b"}', token: 'b' },
  { it: 'a token after a number that is no token', text: '{"token":1,"Token":"t"}' },
  { it: 'null, which leaves a field as it is', text: '{"token":"t","Token":null,"expires_in":null}', token: 't' },
  { it: 'bytes after the first value', text: ' {"token":"t"}\n<html>', token: 't' },
  { it: 'a broken string in the value', text: '{"token":"t","x":"\u0001"}' },
  { it: 'a byte order mark', text: '\ufeff{"token":"t"}' },
  { it: 'nothing', text: '' },
  { it: 'an array', text: '["t"]' },
  { it: 'null instead of an object', text: 'null' },
  { it: 'a whole lifetime', text: '{"token":"t","expires_in":300}', token: 't' },
  { it: 'a negative lifetime', text: '{"token":"t","expires_in":-1}', token: 't' },
  { it: 'a lifetime with a fraction', text: '{"token":"t","expires_in":300.0}' },
  { it: 'a lifetime with an exponent', text: '{"token":"t","expires_in":3e2}' },
  { it: 'a lifetime as a string', text: '{"token":"t","expires_in":"300"}' },
  { it: 'an empty issue time', text: '{"token":"t","issued_at":""}' },
  { it: 'an issue time in RFC 3339', text: '{"token":"t","issued_at":"2026-01-02T03:04:05.678Z"}', token: 't' },
  { it: 'an issue time with an offset', text: '{"token":"t","issued_at":"2026-01-02T03:04:05+01:00"}', token: 't' },
  { it: 'an issue time without seconds', text: '{"token":"t","issued_at":"2026-01-02T03:04Z"}' },
  { it: 'an impossible issue time', text: '{"token":"t","issued_at":"2026-13-02T03:04:05Z"}' },
  { it: 'a number as refresh token', text: '{"token":"t","refresh_token":1}' },
  { it: 'a list as scope in an answer to POST', text: '{"access_token":"t","scope":["a"]}', method: 'POST' },
  { it: 'a list as scope in an answer to GET', text: '{"token":"t","scope":["a"]}', token: 't' },
  { it: 'a token with a line break', text: '{"token":"a\\nb"}' },
];

describe('readToken', () => {
  for (const { it, text, method = 'GET', token } of answers) {
    test(`${token === undefined ? 'rejects' : 'accepts'} ${it}`, () => {
      assert.equal(readToken(Buffer.from(text), method)?.text.reveal(), token);
    });
  }

  const lives = [
    { it: 'is 90 % of expires_in', text: '{"token":"t","expires_in":300}', ms: 270_000 },
    { it: 'is 54 s without expires_in', text: '{"token":"t"}', ms: 54_000 },
    { it: 'is 54 s if expires_in is negative', text: '{"token":"t","expires_in":-5}', ms: 54_000 },
    { it: 'is at most 54 min', text: '{"token":"t","expires_in":86400}', ms: 3_240_000 },
  ];
  for (const { it, text, ms } of lives)
    test(`the lifetime ${it}`, () => assert.equal(readToken(Buffer.from(text), 'GET')?.lifeMs, ms));
});

describe('readImageToken', () => {
  const answersToCrio: readonly (readonly [it: string, text: string, token: string | undefined])[] = [
    ['token before access_token', '{"access_token":"a","token":"t"}', 't'],
    ['access_token alone', '{"access_token":"a"}', 'a'],
    ['no token, which is sent empty', '{}', ''],
    ['a number as refresh token', '{"token":"t","refresh_token":1}', 't'],
    ['blanks around the value', ' {"token":"t"}\n', 't'],
    ['bytes after the value', '{"token":"t"} x', undefined],
    ['a lifetime as a string', '{"token":"t","expires_in":"300"}', undefined],
    ['a web page', '<html>', undefined],
  ];
  for (const [it, text, token] of answersToCrio) {
    test(`${token === undefined ? 'rejects' : 'accepts'} ${it}`, () =>
      assert.equal(readImageToken(Buffer.from(text))?.text.reveal(), token));
  }
});
