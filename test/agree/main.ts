/**
 * Agreement with the real kubelet and containerd: `vectors DIR` asks pure rules, `scenarios …` plays whole pulls. The exit code is 0
 * where everything agrees, 1 where something differs, 2 where it could not be asked.
 */
const usage = 'usage: npm run agree -- vectors DIR | scenarios …';

async function main([command, ...argv]: readonly string[]): Promise<number> {
  if (command === 'vectors') return (await import('./vectors.ts')).agreeVectors(argv);
  if (command === 'scenarios') return (await import('./scenarios.ts')).agreeScenarios(argv);
  console.error(usage);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
