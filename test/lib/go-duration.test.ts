import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { durationMs } from '../../src/lib/go-duration.ts';

/** Most rows are those of TestParseDuration and TestParseDurationErrors in time/time_test.go of Go 1.26. */
const durations: readonly (readonly [text: string, ms: number | undefined])[] = [
  ['0', 0],
  ['5s', 5_000],
  ['1478s', 1_478_000],
  ['-5s', -5_000],
  ['+5s', 5_000],
  ['-0', -0],
  ['+0', 0],
  ['5.0s', 5_000],
  ['5.6s', 5_600],
  ['5.s', 5_000],
  ['.5s', 500],
  ['1.0040s', 1_004],
  ['10ns', 1e-5],
  ['11us', 0.011],
  ['12µs', 0.012],
  ['12μs', 0.012],
  ['13ms', 13],
  ['15m', 900_000],
  ['16h', 57_600_000],
  ['3h30m', 12_600_000],
  ['10.5s4m', 250_500],
  ['-2m3.4s', -123_400],
  ['1h2m3s4ms5us6ns', 3_723_004.005006],
  ['', undefined],
  ['3', undefined],
  ['-', undefined],
  ['s', undefined],
  ['.', undefined],
  ['-.', undefined],
  ['.s', undefined],
  ['+.s', undefined],
  ['1d', undefined],
  ['1 s', undefined],
  [' 1s', undefined],
  ['1s ', undefined],
  ['1S', undefined],
  ['1s-1s', undefined],
  ['2540400h10m10s', 9_145_440_610_000],
  ['3000000h', undefined],
  ['9223372036854775807ns', undefined],
];

describe('a Go duration', () => {
  for (const [text, ms] of durations) {
    test(`"${text}" ${ms === undefined ? 'is invalid' : `is ${ms} ms`}`, () => {
      const read = durationMs(text);
      if (ms === undefined || read === undefined) assert.equal(read, ms);
      else assert.ok(Math.abs(read - ms) < 1e-6, `${read}`);
    });
  }

  test('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => void durationMs(text)),
      { seed: 20 },
    );
  });
});
