import { isObject, member } from './json.ts';

/**
 * The values at a path such as `spec.secretTemplates[*].name`: `[*]` stands for each item of a list, and a step `*` for
 * each member of an object. A step that is missing has no values.
 */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  const steps = path.split(/\.|(?=\[\*\])/).filter((step) => step !== '');
  return steps.reduce<readonly unknown[]>((values, step) => values.flatMap((here) => below(here, step)), [value]);
}

function below(value: unknown, step: string): readonly unknown[] {
  if (step === '[*]') return Array.isArray(value) ? value : [];
  if (step === '*') return isObject(value) ? Object.values(value) : [];
  const found = member(value, step);
  return found === undefined ? [] : [found];
}
