/*
 * Where the commands of the documents run as tests. The first rule that matches a command decides.
 */
import type { Command } from './commands.ts';

/**
 * `cluster`: test/cluster-e2e/documents.ts, on a real cluster. `api`: test/e2e/documents.test.ts, with a real API server.
 * `switch`: test/manifests/switch.test.ts, with a real API server. `ci`: a line of .ci/run. `nowhere`: cannot run here.
 */
export type Place = 'cluster' | 'api' | 'switch' | 'ci' | 'nowhere';

export interface Rule {
  readonly place: Place;
  readonly page?: string;
  readonly section?: string;
  readonly command?: RegExp;
  /** Why the command cannot run here. */
  readonly because?: string;
}

export const rules: readonly Rule[] = [
  { place: 'ci', command: /^make (demo|test|cluster-test)$/ },
  { place: 'nowhere', command: /^make test-under-load$/, because: 'it runs all tests three times' },
  { place: 'nowhere', command: /^make (unit|check)$/, because: 'it runs this test, and CI runs its parts' },
  {
    place: 'nowhere',
    command: /^(docker|podman) /,
    because: 'Docker and Podman are not here; test/cluster-e2e builds the Containerfile with Buildah',
  },
  { place: 'nowhere', command: /^kind /, because: 'kind needs Docker' },
  { place: 'switch', page: 'docs/operations.md', section: 'Change the overlay' },
  { place: 'api', page: 'README.md', section: 'Check before you apply' },
  {
    place: 'nowhere',
    command: /^(make build$|npm install --global )/,
    because:
      'they change this checkout and this machine; test/e2e/package.test.ts builds and installs the package in a folder',
  },
  { place: 'api', page: 'docs/cli.md' },
  { place: 'api', page: 'docs/gitops.md' },
  { place: 'cluster', page: 'README.md', section: 'Install' },
  { place: 'cluster', page: 'docs/quick-start.md' },
  {
    place: 'nowhere',
    page: 'docs/tutorial.md',
    section: '4. Compare with what runs',
    because:
      'some pods of the cluster run images that no registry has; test/e2e/preflight.test.ts runs the same commands',
  },
  { place: 'cluster', page: 'docs/tutorial.md' },
  { place: 'cluster', page: 'docs/troubleshooting.md' },
  { place: 'cluster', page: 'docs/operations.md' },
  { place: 'cluster', page: 'manifests/chart/README.md' },
];

/** Returns the rule that decides where a command runs. Undefined if there is none. */
export function ruleFor({ page, section, text }: Command): Rule | undefined {
  return rules.find(
    (rule) =>
      (rule.page ?? page) === page &&
      (rule.section ?? section) === section &&
      (rule.command === undefined || rule.command.test(text)),
  );
}
