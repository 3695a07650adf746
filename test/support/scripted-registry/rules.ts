import type { IncomingMessage } from 'node:http';
import type { Rule } from './script.ts';

/** Finds the rule for a request, and counts the uses of rules that are limited by `times`. */
export type RuleBook = (request: IncomingMessage, after: Rule['after']) => Rule['do'] | undefined;

/** Returns a rule book with no uses yet. */
export function openRuleBook(rules: readonly Rule[]): RuleBook {
  const used = new Map<Rule, number>();
  return function find(request, after) {
    const rule = rules.find(
      (rule) =>
        rule.after === after && matches(rule.match ?? {}, request) && (used.get(rule) ?? 0) < (rule.times ?? Infinity),
    );
    if (rule) used.set(rule, (used.get(rule) ?? 0) + 1);
    return rule?.do;
  };
}

function matches(
  { method, path, authorized }: NonNullable<Rule['match']>,
  { method: requestMethod, url, headers }: IncomingMessage,
) {
  return (
    (method === undefined || method === requestMethod) &&
    (path === undefined || new RegExp(path).test(url ?? '')) &&
    (authorized === undefined || authorized === (headers.authorization !== undefined))
  );
}
