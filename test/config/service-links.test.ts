import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { variableNames } from '../../src/config/overrides.ts';
import { readConfig } from '../../src/config/read-config.ts';

/**
 * Returns the variables that the kubelet sets in a pod for one Service of its namespace. Mirrors FromServices of
 * kubernetes v1.36.3 pkg/kubelet/envvars.
 */
function serviceLinks(service: string): Readonly<Record<string, string>> {
  const name = service.toUpperCase().replaceAll('-', '_');
  return {
    [`${name}_SERVICE_HOST`]: '10.96.0.7',
    [`${name}_SERVICE_PORT`]: '443',
    [`${name}_SERVICE_PORT_WEBHOOK`]: '443',
    [`${name}_PORT`]: 'tcp://10.96.0.7:443',
    [`${name}_PORT_443_TCP`]: 'tcp://10.96.0.7:443',
    [`${name}_PORT_443_TCP_PROTO`]: 'tcp',
    [`${name}_PORT_443_TCP_PORT`]: '443',
    [`${name}_PORT_443_TCP_ADDR`]: '10.96.0.7',
  };
}

/** Matches the variables of any Service with any ports. */
const serviceVariable = /_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_.+)?)?)$/;

describe('the variables of a Service in the same namespace', () => {
  const services = ['pullgate', 'pullgate-metrics', 'pullgate-listen', 'pullgate-webhook', 'pod', 'http-proxy', 'log'];
  for (const service of services) {
    test(`change nothing if the Service is named ${service}`, () => {
      assert.deepEqual(readConfig(undefined, { environment: serviceLinks(service) }), readConfig());
    });
  }

  for (const name of variableNames) {
    test(`never have the name ${name}`, () => assert.doesNotMatch(name, serviceVariable));
  }
});
