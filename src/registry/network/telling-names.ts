import { canonicalAddress } from '../../lib/address.ts';

/** Names of metadata services. They matter behind a proxy, which resolves names itself. */
const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
  'api.metadata.cloud.ibm.com',
  'metadata.exoscale.com',
]);

/** The names that Amazon gives the metadata service outside of us-east-1. */
const regionalMetadata = /^instance-data\.[a-z0-9-]+\.compute\.internal$/;

/** Returns whether a name, in lower case and without port and trailing dot, is that of a metadata service. */
export function isMetadataName(name: string): boolean {
  return metadataNames.has(name) || regionalMetadata.test(name);
}

/** Domains that resolve hexadecimal labels. Elsewhere, eight such digits are often a hash. */
const hexDomains = /\.(?:nip|sslip)\.io$/;

/**
 * Returns the addresses that a name spells: in labels (`10.0.0.1.nip.io`), with dashes (`app-10-0-0-1.sslip.io`,
 * `--1.sslip.io`) or in hexadecimal (`app-0a000001.nip.io`). Services such as nip.io resolve each of their names to the
 * address in it. The notations are those that nip.io and sslip.io document.
 */
export function spelledAddresses(name: string): readonly string[] {
  const labels = name.split('.');
  const hexLabels = hexDomains.test(name) ? labels : [];
  const texts = [
    ...labels.map((_, at) => labels.slice(at, at + 4).join('.')),
    ...labels.flatMap((label) => [...label.matchAll(/(?<![^-])(?=(\d{1,3}(?:-\d{1,3}){3})(?![^-]))/g)].map(dotted)),
    ...labels.map((label) => label.replaceAll('-', ':')),
    ...hexLabels.flatMap((label) => fromHex(/(?:^|-)([\da-f]{8})$/.exec(label)?.[1])),
  ];
  return texts.flatMap((text) => canonicalAddress(text) ?? []);
}

function dotted([, dashed = '']: RegExpExecArray): string {
  return dashed.replaceAll('-', '.');
}

function fromHex(digits: string | undefined): readonly string[] {
  return digits === undefined ? [] : [Buffer.from(digits, 'hex').join('.')];
}
