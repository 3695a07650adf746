import type { FindingKind } from '../../engine/finding.ts';
import type { Cause } from './cause.ts';
import type { Disagreement } from './preflight.ts';

/** Changes of the configuration after which the webhook agrees with the nodes. The fields are those of schema.json. */
export interface Settlement {
  /** Patterns for `nodeCredentials.matchImages`. */
  readonly matchImages: readonly string[];
  /** Entries for `exemptions`. */
  readonly exemptions: readonly Exempted[];
  /** Registries that need a file which only the user has: `registries[].ca`. */
  readonly needCA: readonly string[];
  /** Registries that need the `certsDir` of the nodes, because nodes reach or resolve them in another way. */
  readonly needCertsDir: readonly string[];
}

interface Exempted {
  readonly images: readonly string[];
  readonly kinds: readonly FindingKind[];
  readonly reason: string;
}

const needsCertsDir: ReadonlySet<Cause> = new Set(['mirror', 'dns', 'network']);

/** Returns what settles the disagreements. What is gone from a registry is not settled: its pods would not start again. */
export function settlementOf(disagreements: readonly Disagreement[]): Settlement {
  const credentials = disagreements.filter(({ cause, refused }) => cause === 'credential' && refused);
  const accepted = disagreements.filter(({ cause, refused }) => refused && (cause === 'runtime' || cause === 'policy'));
  // `matchImages` turns a refusal into access-unknown, so it settles nothing if the profile denies that.
  const byPattern = credentials.filter(({ kinds }) => !kinds.includes('access-unknown'));
  const others = [...accepted, ...credentials.filter(({ kinds }) => kinds.includes('access-unknown'))];
  return {
    matchImages: byPattern.flatMap(({ repositories }) => patternsFor(repositories)),
    exemptions: others.map(({ images, kinds, cause }) => ({ images, kinds, reason: reasons[cause] })),
    needCA: registriesOf(disagreements.filter(({ cause }) => cause === 'ca')),
    needCertsDir: registriesOf(disagreements.filter(({ cause }) => needsCertsDir.has(cause))),
  };
}

const reasons: Readonly<Record<Cause, string>> = {
  credential: 'Nodes pulled these images before Pullgate was enforced, with a credential of their own.',
  runtime: 'Nodes pulled these images before Pullgate was enforced.',
  policy: 'These images ran before Pullgate was enforced.',
  mirror: '',
  ca: '',
  dns: '',
  network: '',
  gone: '',
  unsaid: '',
};

/** How many repositories are named one by one. With more, the pattern is the path that they share. */
const maxPatterns = 3;

/** Returns patterns that cover the repositories, and as little else as possible: a pattern is a prefix of the path. */
function patternsFor(repositories: readonly string[]): readonly string[] {
  if (repositories.length <= maxPatterns) return repositories;
  const [first = '', ...rest] = repositories;
  const segments = first.split('/');
  const shared = segments.filter((_, at) =>
    rest.every((other) => other.startsWith(`${segments.slice(0, at + 1).join('/')}/`)),
  );
  return [shared.length > 1 ? `${shared.join('/')}/` : (segments[0] ?? '')];
}

function registriesOf(disagreements: readonly Disagreement[]): readonly string[] {
  return [...new Set(disagreements.map(({ registry }) => registry))].filter((registry) => registry !== '').toSorted();
}
