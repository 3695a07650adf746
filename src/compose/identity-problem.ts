import type { Round } from '../tls/secret-source.ts';

/** The objects that a round reads and writes. */
export interface IdentityObjects {
  /** `NAMESPACE/NAME`. */
  readonly secret: string;
  readonly configuration: string;
}

/** Without the times, which differ in each round. The log has them. */
const wrongClock = (): string =>
  'the clock of this node and the clock of the API server differ by more than 10 minutes: synchronize the clock of the node';

type Say = (objects: IdentityObjects) => string;

const ofSecret: Partial<Record<Round['secret'], Say>> = {
  // Pullgate may not create the Secret, so this is also the answer if the Secret does not exist.
  forbidden: ({ secret }) =>
    `the Secret ${secret} does not exist, or Pullgate may not get and patch it: apply the manifests again`,
  rejected: ({ secret }) => `the API server rejects the Secret ${secret}`,
  'wrong-clock': wrongClock,
};

const ofConfiguration: Partial<Record<Round['configuration'], Say>> = {
  missing: ({ configuration }) =>
    `the ValidatingWebhookConfiguration ${configuration} does not exist, so the API server does not call Pullgate: apply the manifests again`,
  forbidden: ({ configuration }) =>
    `Pullgate may not read or write the ValidatingWebhookConfiguration ${configuration}, so the API server cannot call it: grant get, watch and patch, or apply the manifests again`,
  'not-named': ({ configuration }) =>
    `no webhook of the ValidatingWebhookConfiguration ${configuration} leads to this Service, so the API server does not call Pullgate`,
  rejected: ({ configuration }) =>
    `the API server rejects the CA bundle of the ValidatingWebhookConfiguration ${configuration}`,
  'held-back': wrongClock,
};

/**
 * Returns in one line what must be fixed in the cluster before the API server can call this replica, or before its
 * certificate can be renewed. Undefined if there is nothing to fix, also after an outage of the API server, which
 * heals by itself.
 */
export function identityProblem({ secret, configuration }: Round, objects: IdentityObjects): string | undefined {
  return (ofSecret[secret] ?? ofConfiguration[configuration])?.(objects);
}
