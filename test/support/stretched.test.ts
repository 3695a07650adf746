import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretched } from './stretched.ts';

test('a time limit is never shortened', () => assert.ok(stretched(1_000) >= 1_000));
