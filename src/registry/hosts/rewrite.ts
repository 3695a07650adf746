import { RE2JS } from 're2js';
import type { RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import type { RewriteRule } from '../../engine/hosts/rewrite-rule.ts';
import { memoized } from '../../lib/memoized.ts';
import type { FileProblem } from './certificate-files.ts';

/**
 * The repository that a host is asked for. `unclear`: nobody can tell, because chance decides between several rules, or
 * because the rules are too large or make a repository that does not fit into a URL.
 */
export type Rewritten = { readonly kind: 'repository'; readonly repository: string } | { readonly kind: 'unclear' };

/** Real tables have a few rules of less than 100 characters. */
const maxRules = 100;
const maxPatternLength = 1000;
const maxResultLength = 2000;
/** Instructions of a compiled pattern. Matching takes time in proportion to them. */
const maxProgramSize = 2000;

/**
 * Returns the repository after the rules of a host. The first rule that changes the repository counts, but containerd
 * visits the rules in random order. It ignores an invalid pattern. Mirrors withRewritesFromHost of
 * github.com/k3s-io/containerd v2.1.5-k3s1 core/remotes/docker/resolver.go.
 */
export function rewriteRepository(rules: readonly RewriteRule[], repository: string): Rewritten {
  const compiled = compileRules(rules);
  if (compiled === undefined) return { kind: 'unclear' };
  const results = new Set(
    compiled.map((rule) => replaceAll(rule, repository)).filter((result) => result !== repository),
  );
  const [result = repository] = results;
  return results.size <= 1 && fitsIntoUrl(result) ? { kind: 'repository', repository: result } : { kind: 'unclear' };
}

/** The characters of a path that need no escape. An empty repository would be joined away. */
function fitsIntoUrl(repository: string): boolean {
  return /^[\w.~!$&'()*+,;=:@/-]+$/.test(repository) && repository.length <= maxResultLength;
}

/** Whether a pattern is too long, or gives two groups one name: Go allows that, but re2js does not. */
function isStrange(pattern: string): boolean {
  const names = [...pattern.matchAll(/\(\?P?<(\w+)>/g)].map(([, name]) => name);
  return pattern.length > maxPatternLength || new Set(names).size < names.length;
}

interface CompiledRule {
  readonly pattern: RE2JS;
  readonly replacement: string;
}

/** The rules with a valid pattern. Undefined if the rules are too large. */
const compileRules = memoized((rules: readonly RewriteRule[]): readonly CompiledRule[] | undefined => {
  if (rules.length > maxRules || rules.some(([pattern]) => isStrange(pattern))) return undefined;
  const compiled = rules.flatMap(([source, replacement]) => {
    const pattern = compilePattern(source);
    return pattern === undefined ? [] : [{ pattern, replacement }];
  });
  return compiled.some(({ pattern }) => pattern.programSize() > maxProgramSize) ? undefined : compiled;
}, new WeakMap<readonly RewriteRule[], readonly CompiledRule[] | undefined>());

/** What one rule makes of a repository. Undefined if its pattern is not valid: the node ignores the rule. */
export function applyRule([source, replacement]: RewriteRule, repository: string): string | undefined {
  const pattern = compilePattern(source);
  return pattern === undefined ? undefined : replaceAll({ pattern, replacement }, repository);
}

/** Compiles a pattern in the syntax of Go, which has no look-around and no back-references. Undefined if it is invalid. */
function compilePattern(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}

/** The rules of `file` that the node ignores, because their pattern is not valid. */
export function ruleProblems(hosts: readonly RegistryHost[], file: string): readonly FileProblem[] {
  const rules = hosts.flatMap(({ rewrite = [] }) => rewrite).slice(0, maxRules);
  return rules.some(([pattern]) => !isStrange(pattern) && compilePattern(pattern) === undefined)
    ? [{ file, effect: 'ignored', reason: 'a pattern of rewrite is not a valid expression of Go' }]
    : [];
}

/**
 * Replaces every match. An empty match right after another match does not count. Mirrors Regexp.ReplaceAllString of Go
 * 1.26, for ASCII: repositories have no other characters.
 */
function replaceAll({ pattern, replacement }: CompiledRule, text: string): string {
  const matcher = pattern.matcher(text);
  let result = '';
  let end = 0;
  for (let at = 0; at <= text.length && matcher.find(at);) {
    const [from, to] = [matcher.start(), matcher.end()];
    result += text.slice(end, from);
    if (to > end || from === 0) result += expand(replacement, (group) => groupText(matcher, pattern, group));
    if (result.length > maxResultLength) return result;
    end = to;
    at = Math.max(to, at + 1);
  }
  return result + text.slice(end);
}

/** The text of a group, by number or name. Empty if there is no such group, or if it did not take part in the match. */
function groupText(matcher: ReturnType<RE2JS['matcher']>, pattern: RE2JS, group: string): string {
  const index = /^(?:0|[1-9]\d*)$/.test(group) ? Number(group) : pattern.namedGroups()[group];
  return index === undefined || index > pattern.groupCount() ? '' : (matcher.group(index) ?? '');
}

/**
 * Replaces `$name`, `${name}` and `$$` in a template. The name after `$` is as long as possible: `$1x` means `${1x}`. A
 * dollar sign before anything else stays. Mirrors Regexp.Expand of Go 1.26.
 */
function expand(template: string, textOf: (group: string) => string): string {
  return template.replaceAll(
    /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (_, bare?: string, braced?: string) => {
      const group = bare ?? braced;
      return group === undefined ? '$' : textOf(group);
    },
  );
}
