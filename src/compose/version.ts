import { createRequire } from 'node:module';

/** Of this build, as `--version` says it and registries see it. The same path leads from src/ and from dist/. */
export const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
