/**
 * Why there is no usable response. `unproven-host`: the cause is kept back, because a pod creator could probe a private
 * network with it. Only the log has it.
 */
export type UnreachableReason =
  | 'dns-not-found'
  | 'dns-failed'
  | 'connection-refused'
  | 'reset'
  | 'timeout'
  | 'tls-untrusted'
  | 'tls-expired'
  | 'tls-wrong-host'
  | 'tls-failed'
  | 'plain-http'
  | 'proxy'
  | 'server-error'
  | 'token-answer'
  | 'web-page'
  | 'protocol'
  | 'unproven-host';
