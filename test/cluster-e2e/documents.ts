import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { blocksOf, pagesWithCommands, scriptsOf, shows, type Command, type Script } from '../docs/commands.ts';
import { ruleFor } from '../docs/places.ts';
import { helmProgram } from '../support/helm.ts';
import { cloneTo } from './clone.ts';
import { until } from './cluster.ts';
import { ownRegistry, publicRegistry, startPublicNames, type PublicNames } from './public-names.ts';
import type { Stage } from './site.ts';

const removeWebhook = 'kubectl delete validatingwebhookconfiguration pullgate';
const upgrade = 'helm upgrade pullgate manifests/chart -n pullgate --reset-then-reuse-values --wait';
/** Without the wait of replicas that shut down. */
const uninstall = [
  'helm uninstall pullgate -n pullgate',
  'kubectl delete pods --all -n pullgate --grace-period=1',
  'kubectl delete namespace pullgate',
].join('\n');

/** What a reader replaces in the commands by names of their own, and the files of their nodes. */
function filledIn(text: string, reader: string): string {
  return text
    .replaceAll('REGISTRY/', `${ownRegistry}/`)
    .replace('pullgate=IMAGE', `pullgate=${ownRegistry}/pullgate:0.2.0`)
    .replace('"NAME"', '"own-image"')
    .replaceAll(/cp (\/[^ ]+)/g, `cp ${reader}$1`);
}

/** Runs the commands of the documents from a clean clone, in the order of a reader. Nothing is installed before and after. */
export function documents(stage: () => Stage, options: { readonly skip?: string }): void {
  describe('the documents, to the letter, in a clean clone', options, () => {
    const ran = new Set<string>();
    let names: PublicNames;
    let clone: string;
    let reader: string;

    before(async () => {
      const { state } = stage().cluster.kit;
      clone = join(state, 'clone');
      reader = join(state, 'reader');
      names = await startPublicNames(stage().cluster);
      await cloneTo(clone);
      const ca = '/etc/pullgate-ca/registry.pem';
      const registries = [publicRegistry, ownRegistry].map((host) => ({ host, ca }));
      // A public registry needs no such values. The one here has a CA of its own.
      const values = { registryCAs: { files: { 'registry.pem': names.ca } }, config: { registries } };
      await writeFile(join(state, 'site.json'), JSON.stringify(values));
      const hosts = `server = "https://${ownRegistry}"\n`;
      const files = {
        '/etc/containerd/certs.d/registry.example.com/hosts.toml': hosts,
        '/usr/local/share/ca-certificates/registry.crt': names.ca,
        '/var/lib/kubelet/config.json': '{"auths":{}}',
      };
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(reader + path), { recursive: true });
        await writeFile(reader + path, text);
      }
    });
    after(async () => names?.stop());

    /** Runs a script in the clone. Returns its exit code, and what it printed. */
    async function shell(script: string): Promise<{ readonly code: number; readonly printed: string }> {
      const { cluster } = stage();
      const site = join(cluster.kit.state, 'site.json');
      const text = filledIn(script, reader).replaceAll(/^(helm install .*)$/gm, `$1 -f ${site}`);
      const [program, args] = cluster.inside('bash', '-e', '-o', 'pipefail', '-c', text);
      const path = `${dirname(helmProgram('v3'))}:${process.env['PATH'] ?? ''}`;
      const all = { cwd: clone, timeout: 240_000, env: { ...process.env, PATH: path, PWD: clone } };
      try {
        const { stdout, stderr } = await promisify(execFile)(program, args, all);
        return { code: 0, printed: stderr + stdout };
      } catch (error) {
        const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
        return { code: code ?? -1, printed: stderr + stdout };
      }
    }

    async function must(script: string): Promise<void> {
      const { code, printed } = await shell(script);
      assert.equal(code, 0, `${script}\n${printed}`);
    }

    /** Runs the commands of one block as a reader does, and compares the documented output. */
    async function follow(commands: readonly Command[]): Promise<void> {
      for (const { text } of commands) ran.add(text);
      const script = commands.map(({ text }) => text).join('\n');
      const output = commands.flatMap((command) => command.output);
      const fails = output[0]?.startsWith('error:') === true;
      // A replica that is shutting down can still give the old answer, a log appears after a moment, and a pod may vanish
      // during the command.
      const again = /--dry-run=server|\| grep|--raw|annotate/.test(script) ? 60_000 : 0;
      await until(
        () => shell(script),
        ({ code, printed }) => (code !== 0) === fails && shows(printed, output),
        again,
      );
    }

    /** Makes one test of each block of a page, or of one section of it. */
    function walk(page: string, section?: string, between?: (commands: readonly Command[]) => Promise<void>): void {
      for (const script of scripts.filter((one) => one.page === page && (section ?? one.section) === one.section)) {
        const commands = script.commands.filter((command) => ruleFor(command)?.place === 'cluster');
        const [first] = commands;
        if (first === undefined) continue;
        test(`${page}, ${script.section}: ${first.text.slice(0, 60)}`, async () => {
          await writeValues(script);
          await follow(commands);
          await between?.(commands);
        });
      }
    }

    /** Writes the block `# values.yaml` of the section, if it has one. */
    async function writeValues({ page, section }: Script): Promise<void> {
      const blocks = (await blocksOf(page)).filter((block) => block.section === section);
      const values = blocks.find(({ text }) => text.startsWith('# values.yaml\n'));
      if (values !== undefined) await writeFile(join(clone, 'values.yaml'), values.text);
    }

    function step(what: string, script: string): void {
      test(what, async () => must(script));
    }

    /** Restores what a command of a page removed. */
    async function bringBack(commands: readonly Command[]): Promise<void> {
      if (commands.some(({ text }) => text === removeWebhook)) await must(upgrade);
    }

    walk('docs/quick-start.md');

    walk('docs/quick-start.md', '2. Install it in audit mode');
    step(
      'somebody works in the cluster',
      `kubectl create namespace team-a\nkubectl create deployment typo -n team-a --image=${publicRegistry}/pause:9.99`,
    );
    walk('docs/tutorial.md', undefined, bringBack);
    const probe = 'kubectl create deployment probe -n team-a --dry-run=server --image';
    // The webhook is back only when a replica has written its rules.
    step(
      'something to look for in the log',
      `until (${probe}=169.254.169.254/a:1 2>&1 || true) | grep 'not.checked'; do sleep 1; done
${probe}=${publicRegistry}/pause:3.10`,
    );
    walk('docs/troubleshooting.md', undefined, bringBack);
    step('the end of the tutorial', `${removeWebhook}\n${uninstall}\nkubectl delete namespace team-a`);

    test('README.md, Install: Helm', async () => {
      const [helm] = readme;
      await follow(helm?.commands ?? []);
      await must(uninstall);
    });
    walk('docs/operations.md', 'Install with Helm');
    step('the end of the chart', `${removeWebhook}\n${uninstall}`);

    test('README.md, Install: the image of the overlays', async () => {
      const path = join(clone, 'manifests/base/kustomization.yaml');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/newName: .*/, `newName: ${ownRegistry}/pullgate`));
    });
    test('README.md, Install: overlays', async () => {
      for (const { commands } of readme.slice(1)) await follow(commands);
      await must('kubectl rollout status deployment/pullgate -n pullgate --timeout=120s');
    });
    for (const section of operations) walk('docs/operations.md', section);

    test('every command that has its place here ran', () => {
      const all = scripts.flatMap(({ commands }) => commands).filter((one) => ruleFor(one)?.place === 'cluster');
      assert.deepEqual(
        all.map(({ text }) => text).filter((text) => !ran.has(text)),
        [],
      );
    });

    step(
      'the end of the overlays',
      [
        `${removeWebhook} --ignore-not-found`,
        'kubectl delete namespace pullgate',
        'kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/part-of=pullgate',
      ].join('\n'),
    );
  });
}

const scripts = (await Promise.all((await pagesWithCommands()).map(scriptsOf))).flat();
const readme = scripts.filter(({ page, section }) => page === 'README.md' && section === 'Install');
/** The sections with commands for an installed overlay, in the order in which they can be run. */
const operations = [
  'Install',
  'Upgrade',
  'Who may ask',
  'A changed configuration',
  'Ranges that pod creators must not reach',
  'Files of the nodes',
  'Remove it quickly',
];
