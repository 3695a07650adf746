import type { FuncKeywordDefinition } from 'ajv';
import { durationMs } from '../lib/go-duration.ts';
import { Redacted } from '../lib/redacted.ts';

/**
 * The keywords of `schema.json` that JSON Schema does not have. They replace the value while ajv validates it:
 * `duration` turns a duration into whole ms, and `secret` turns a text into a `Redacted`, which cannot be printed.
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
  // Timers of Node accept only whole milliseconds.
  return ms !== undefined && ms >= (durationMs(minimum) ?? 0) ? Math.ceil(ms) : undefined;
}
