/** What some public registries are known to do; private ones cannot be told by their host. */
export interface Habit {
  readonly name: string;
  /** Says the same of a repository that is missing and one that is private. */
  readonly hidesMissing?: true;
  /** Says 403 of a tag that does not exist. */
  readonly forbidsMissingTags?: true;
  /** Lifetime of the password, in words. */
  readonly passwordsLive?: string;
  /** What one may ask of it, in words. */
  readonly quota?: string;
}

const habits: readonly (readonly [domain: string, habit: Habit])[] = [
  [
    'docker.io',
    {
      name: 'Docker Hub',
      hidesMissing: true,
      quota: '100 pulls in 6 hours for an address without an account, 200 with a free one',
    },
  ],
  ['quay.io', { name: 'Quay', hidesMissing: true }],
  ['ghcr.io', { name: 'GitHub', hidesMissing: true }],
  ['registry.gitlab.com', { name: 'GitLab', hidesMissing: true }],
  ['pkg.dev', { name: 'Google Artifact Registry', hidesMissing: true, passwordsLive: '1 hour' }],
  ['gcr.io', { name: 'Google Container Registry', hidesMissing: true, passwordsLive: '1 hour' }],
  ['azurecr.io', { name: 'Azure Container Registry', passwordsLive: '1 to 3 hours' }],
  ['amazonaws.com', { name: 'Amazon ECR', passwordsLive: '12 hours' }],
  ['jfrog.io', { name: 'Artifactory', hidesMissing: true, forbidsMissingTags: true }],
];

/** Hosts match by whole labels; the port does not matter. */
export function habitOf(registry: string): Habit | undefined {
  const host = registry.toLowerCase().replace(/:\d+$/, '');
  return habits.find(([domain]) => host === domain || host.endsWith(`.${domain}`))?.[1];
}
