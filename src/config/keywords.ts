import type { FuncKeywordDefinition } from 'ajv';
import { durationMs } from '../lib/go-duration.ts';
import { Redacted } from '../lib/redacted.ts';

/**
 * The keywords of `schema.json` that JSON Schema does not have. They replace the value while ajv validates it:
 * `duration` turns a duration into ms that a timer accepts, and `secret` turns a text into a `Redacted`, which cannot be
 * printed.
 */
export const keywords: readonly FuncKeywordDefinition[] = [
  replacing('duration', 'string', durationOfAtLeast),
  replacing('secret', 'boolean', (_, text) => new Redacted(text)),
];

function replacing(
  keyword: string,
  schemaType: 'string' | 'boolean',
  convert: (option: string, text: string) => unknown,
): FuncKeywordDefinition {
  return {
    keyword,
    type: 'string',
    schemaType,
    modifying: true,
    validate(option: string, text: string, _parent: unknown, context) {
      const value = convert(option, text);
      if (value === undefined || context === undefined) return false;
      context.parentData[context.parentDataProperty] = value;
      return true;
    },
  };
}

function durationOfAtLeast(minimum: string, text: string): number | undefined {
  const ms = durationMs(text);
  return ms !== undefined && ms >= (durationMs(minimum) ?? 0) ? Math.min(Math.ceil(ms), longestTimerMs) : undefined;
}

/** Timers of Node accept whole milliseconds up to this, 24 days. They end at once if they get more. */
const longestTimerMs = 2 ** 31 - 1;
