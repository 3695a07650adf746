/** Known behaviour of a public registry. The host of a private registry does not show its software. */
export interface Habit {
  readonly name: string;
  /** Gives the same answer for a missing repository and a private one. */
  readonly hidesMissing?: true;
  /** Answers 403 for a tag that does not exist. */
  readonly forbidsMissingTags?: true;
  /** How long a password is valid, in words. */
  readonly passwordLifetime?: string;
  /** How many pulls it allows, in words. */
  readonly rateLimit?: string;
}

const habits: readonly (readonly [domain: string, habit: Habit])[] = [
  [
    'docker.io',
    {
      name: 'Docker Hub',
      hidesMissing: true,
      rateLimit: '100 pulls in 6 hours for an IP address without an account, 200 for a free account',
    },
  ],
  ['quay.io', { name: 'Quay', hidesMissing: true }],
  ['ghcr.io', { name: 'GitHub', hidesMissing: true }],
  ['registry.gitlab.com', { name: 'GitLab', hidesMissing: true }],
  ['pkg.dev', { name: 'Google Artifact Registry', hidesMissing: true, passwordLifetime: '1 hour' }],
  ['gcr.io', { name: 'Google Container Registry', hidesMissing: true, passwordLifetime: '1 hour' }],
  ['azurecr.io', { name: 'Azure Container Registry', passwordLifetime: '1 to 3 hours' }],
  ['amazonaws.com', { name: 'Amazon ECR', passwordLifetime: '12 hours' }],
  ['jfrog.io', { name: 'Artifactory', hidesMissing: true, forbidsMissingTags: true }],
];

/**
 * The known behaviour of a registry by its host. Matches whole labels of the name and ignores the port. Undefined if
 * unknown.
 */
export function habitOf(registry: string): Habit | undefined {
  const host = registry.toLowerCase().replace(/:\d+$/, '');
  return habits.find(([domain]) => host === domain || host.endsWith(`.${domain}`))?.[1];
}
