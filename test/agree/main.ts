/**
 * Compares Pullgate with recordings of a real kubelet and containerd: `vectors DIR` compares single functions,
 * `scenarios …` whole pulls. The exit code is 0 if everything agrees, 1 if something differs, and 2 if the comparison
 * is not possible.
 */
const usage = 'usage: npm run agree -- vectors DIR | scenarios …';

async function main([command, ...argv]: readonly string[]): Promise<number> {
  if (command === 'vectors') return (await import('./vectors.ts')).agreeVectors(argv);
  if (command === 'scenarios') return (await import('./scenarios.ts')).agreeScenarios(argv);
  console.error(usage);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
