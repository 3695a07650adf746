/**
 * Why a registry refuses a caller that it knows.
 * `address`: it allows only some IP addresses. Pullgate may have another address than the nodes.
 * `suspended`: the account is suspended, locked or disabled.
 * `unpaid`: the account has no valid payment or subscription.
 * `policy`: a policy forbids the image, because of vulnerabilities or a missing signature.
 */
export type Objection = 'address' | 'suspended' | 'unpaid' | 'policy';
