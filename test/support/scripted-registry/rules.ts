import type { IncomingMessage } from 'node:http';
import type { Rule } from './script.ts';

/** Finds the rule that a request falls under, and counts the uses of those that hold for some requests only. */
export type RuleBook = (request: IncomingMessage, after: Rule['after']) => Rule['do'] | undefined;

/** A rule book with all its counts at nought. */
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
  { method: asked, url, headers }: IncomingMessage,
) {
  return (
    (method === undefined || method === asked) &&
    (path === undefined || new RegExp(path).test(url ?? '')) &&
    (authorized === undefined || authorized === (headers.authorization !== undefined))
  );
}
