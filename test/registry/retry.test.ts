import { describe } from 'node:test';
import { basicRegistry, bearerRegistry, publicRegistry } from '../support/registries.ts';
import { alices } from './client.ts';
import { manifestResponse, testResolve } from './resolve-case.ts';

const manifests = '/manifests/';

describe('retries after a 5xx or 408', () => {
  testResolve([
    {
      name: 'one 503',
      script: publicRegistry({ rules: manifestResponse(503, { times: 1 }) }),
      expected: 'found',
      requests: 2,
    },
    {
      name: 'two 503',
      script: publicRegistry({ rules: manifestResponse(503, { times: 2 }) }),
      expected: 'unreachable server-error manifest HEAD 503',
      requests: 2,
    },
    {
      name: 'one 503 that asks to wait 30 seconds',
      script: publicRegistry({ rules: manifestResponse(503, { times: 1, headers: { 'Retry-After': '30' } }) }),
      expected: 'unreachable server-error manifest HEAD 503',
      requests: 1,
    },
    {
      name: 'one 502',
      script: publicRegistry({ rules: manifestResponse(502, { times: 1 }) }),
      expected: 'unreachable server-error manifest HEAD 502',
      requests: 1,
    },
    {
      name: 'one 500, then one 503',
      script: publicRegistry({
        rules: [...manifestResponse(500, { times: 1 }), ...manifestResponse(503, { times: 1 })],
      }),
      expected: 'found',
      requests: 3,
    },
    {
      name: 'four 408',
      script: publicRegistry({ rules: manifestResponse(408, { times: 4 }) }),
      expected: 'found',
      requests: 5,
    },
    {
      name: 'five 408',
      script: publicRegistry({ rules: manifestResponse(408, { times: 5 }) }),
      expected: 'unreachable timeout manifest HEAD 408 GET 200',
      requests: 6,
    },
  ]);
});

describe('retries after a 429', () => {
  testResolve([
    {
      name: 'one 429 without Retry-After',
      script: publicRegistry({ rules: manifestResponse(429, { times: 1 }) }),
      expected: 'throttled manifest HEAD 429',
      requests: 1,
    },
    {
      name: 'one 429 that asks for no wait',
      script: publicRegistry({ rules: manifestResponse(429, { times: 1, headers: { 'Retry-After': '0' } }) }),
      expected: 'found',
      requests: 2,
    },
    {
      name: 'only 429 that ask for no wait',
      script: publicRegistry({ rules: manifestResponse(429, { headers: { 'Retry-After': '0' } }) }),
      expected: 'throttled manifest HEAD 429',
      requests: 2,
    },
  ]);
});

describe('retries after a reset or a 401', () => {
  testResolve([
    {
      name: 'one reset of a new connection',
      script: publicRegistry({ rules: [{ match: { path: manifests }, do: { reset: true }, times: 1 }] }),
      expected: 'unreachable reset manifest HEAD',
      requests: 1,
    },
    {
      name: 'one reset of a reused connection',
      script: bearerRegistry({
        rules: [{ match: { path: manifests, authorized: true }, do: { reset: true }, times: 1 }],
      }),
      credential: alices,
      expected: 'found',
      requests: 5,
    },
    {
      name: 'one 401 for the right password',
      script: basicRegistry({
        rules: [
          {
            match: { path: manifests, authorized: true },
            do: { status: 401, headers: { 'Www-Authenticate': 'Basic realm="x"' } },
            times: 1,
          },
        ],
      }),
      credential: alices,
      expected: 'found',
      requests: 3,
    },
  ]);
});
