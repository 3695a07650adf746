import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readBody } from '../../../src/registry/network/body.ts';

async function* inChunks(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    at += 1;
    yield Buffer.alloc(size, at);
  }
}

const kib = 1024;

interface Case {
  readonly name: string;
  readonly chunks: readonly number[];
  readonly limit: number;
  readonly announced?: number;
  readonly length: number;
  readonly cut: boolean;
  /** The sizes of the rooms that are asked for. */
  readonly rooms: readonly number[];
}

const cases: readonly Case[] = [
  { name: 'no body', chunks: [], limit: 100, length: 0, cut: false, rooms: [] },
  { name: 'a small body', chunks: [10, 20], limit: 100, length: 30, cut: false, rooms: [] },
  { name: 'a body of exactly the limit', chunks: [60, 40], limit: 100, length: 100, cut: false, rooms: [] },
  { name: 'a body over a small limit', chunks: [60, 41], limit: 100, length: 100, cut: true, rooms: [] },
  { name: 'any body with a limit of 0', chunks: [1], limit: 0, length: 0, cut: true, rooms: [] },
  {
    name: 'a large body with its length',
    chunks: [40 * kib, 40 * kib, 20 * kib],
    limit: 1000 * kib,
    announced: 100 * kib,
    length: 100 * kib,
    cut: false,
    rooms: [100 * kib],
  },
  {
    name: 'a large body without its length',
    chunks: [40 * kib, 40 * kib],
    limit: 1000 * kib,
    length: 80 * kib,
    cut: false,
    rooms: [1000 * kib],
  },
  {
    name: 'a large body over the limit',
    chunks: [100 * kib, 100 * kib],
    limit: 150 * kib,
    announced: 900 * kib,
    length: 150 * kib,
    cut: true,
    rooms: [150 * kib],
  },
];

describe('readBody', () => {
  for (const { name, chunks, limit, announced, length, cut, rooms } of cases) {
    test(name, async () => {
      const asked: number[] = [];
      let freed = 0;
      const enter = async (bytes: number) => {
        asked.push(bytes);
        return () => void (freed += 1);
      };
      const read = await readBody(inChunks(...chunks), { limit, announced, enter });
      const whole = Buffer.concat(chunks.map((size, at) => Buffer.alloc(size, at + 1))).subarray(0, length);
      assert.deepEqual([read?.cut, asked, freed], [cut, rooms, rooms.length]);
      assert.ok(read !== undefined && whole.equals(read.body));
    });
  }

  test('is undefined if there is no room for a large body', async () => {
    const read = await readBody(inChunks(70 * kib), {
      limit: 100 * kib,
      announced: undefined,
      enter: async () => undefined,
    });
    assert.equal(read, undefined);
  });

  test('frees the room if the body breaks off', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(70 * kib);
      throw new Error('reset');
    }
    let freed = 0;
    const enter = async () => () => void (freed += 1);
    await assert.rejects(readBody(broken(), { limit: 100 * kib, announced: undefined, enter }), /reset/);
    assert.equal(freed, 1);
  });
});
