import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, type Credential } from '../../src/engine/keyring/credential.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { askOnce, inWords } from './client.ts';

type Rules = NonNullable<ServerScript['rules']>;

/** A registry, and the expected result of resolving `team/app:v1` there. */
export interface ResolveCase {
  readonly name: string;
  readonly script: RegistryScript;
  /** Default: anonymous. */
  readonly credential?: Credential;
  /** The answer, as `inWords` writes it. */
  readonly expected: string;
  /** The number of HTTP requests that the registry receives. Undefined: any number. */
  readonly requests?: number;
}

/** Registers one test for each case. */
export function testResolve(cases: readonly ResolveCase[]): void {
  for (const { name, script, credential = anonymous, expected, requests } of cases) {
    test(`${name}: ${expected}`, async () => {
      const { answer, log } = await askOnce(script, credential);
      assert.equal(inWords(answer), expected);
      const received = log.filter(({ method }) => !method.startsWith('('));
      if (requests !== undefined) assert.equal(received.length, requests);
    });
  }
}

/** Returns the rule for a response to the first `times` requests for manifests. Default: to all of them. */
export function manifestResponse(
  status: number,
  change: { times?: number; method?: string; headers?: Record<string, string>; body?: string | object } = {},
): Rules {
  const { times, method, headers = {}, body = '' } = change;
  const match = { path: '/manifests/', ...(method !== undefined && { method }) };
  return [{ match, do: { status, headers, body }, ...(times !== undefined && { times }) }];
}

/** Returns an error body of the OCI distribution specification. */
export function errorBody(code: string): object {
  return { errors: [{ code, message: 'a message that is not shown' }] };
}
