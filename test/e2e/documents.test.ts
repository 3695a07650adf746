/*
 * Runs the commands of the documents that need an API server, but no nodes, and checks the flags of the commands in running
 * text.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { commandsOf, inlineCommandsOf, pagesWithCommands, root, shows } from '../docs/commands.ts';
import { ruleFor } from '../docs/places.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { helmProgram, needsHelm } from '../support/helm.ts';
import { manifests } from '../support/overlay.ts';

const pages = await pagesWithCommands();
const commands = (await Promise.all(pages.map(commandsOf))).flat().filter((one) => ruleFor(one)?.place === 'api');
const inline = [...new Set((await Promise.all(pages.map(inlineCommandsOf))).flat())];
const [controlPlane, helm] = await Promise.all([needsControlPlane(), needsHelm()]);

const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      // Nothing listens there, which causes a warning.
      spec: { containers: [{ name: 'app', image: 'localhost:1/shop/web:1.4.2' }] },
    },
  },
};
const kustomization = { resources: ['web.json'] };
/** The files that a reader of the pages has. */
const files = {
  'deploy/web.yaml': web,
  'chart/Chart.yaml': { apiVersion: 'v2', name: 'shop', version: '1.0.0' },
  'chart/templates/web.yaml': web,
  'overlays/prod/kustomization.yaml': kustomization,
  'overlays/prod/web.json': web,
  'overlays/production/kustomization.yaml': kustomization,
  'overlays/production/web.json': web,
};

describe('the documents', { ...controlPlane, ...helm }, () => {
  let plane: ControlPlane;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    folder = await mkdtemp(join(tmpdir(), 'pullgate-documents-'));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), JSON.stringify(content));
    }
    const programs = join(folder, 'bin');
    await mkdir(programs);
    await symlink(plane.kubectlProgram, join(programs, 'kubectl'));
    await symlink(helmProgram('v3'), join(programs, 'helm'));
    const main = join(root, 'src/main.ts');
    // The package installs the program under both names.
    for (const name of ['pullgate', 'kubectl-pullgate']) {
      const text = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`;
      await writeFile(join(programs, name), text, { mode: 0o755 });
    }
    // `make build` would compile the same program to dist/.
    await mkdir(join(folder, 'dist'));
    await symlink(main, join(folder, 'dist/main.js'));
    const kubeconfig = join(folder, 'kubeconfig');
    const config = await succeed(plane.kubectl, ['config', 'view', '--raw', '--flatten']);
    await writeFile(kubeconfig, config, { mode: 0o600 });
    environment = {
      PATH: `${programs}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      KUBECONFIG: kubeconfig,
    };
    const current = (await succeed(plane.kubectl, ['config', 'current-context'])).trim();
    await run(`kubectl config rename-context ${current} prod`);
    await succeed(plane.kubectl, ['apply', '-k', join(manifests, 'base')]);
    // Nothing answers the webhook here. With failurePolicy Ignore, the API server then admits everything.
    await succeed(plane.kubectl, ['create', 'namespace', 'shop']);
  });
  after(async () => {
    await plane?.stop();
    await rm(folder, { recursive: true });
  });

  /** Runs a command in the shell, and returns its output. Throws if it fails. */
  async function run(command: string): Promise<string> {
    const options = { cwd: folder, env: environment, timeout: 120_000 };
    const { stdout, stderr } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], options);
    return stdout + stderr;
  }

  for (const { page, text, output } of commands) {
    test(`${page}: ${text}`, async () => {
      const printed = await run(text);
      assert.ok(shows(printed, output), printed);
    });
  }

  for (const command of inline) {
    test(`has only flags that exist: ${command}`, async () => {
      const words = command.split(' ');
      if (words[0] === 'make' || words[0] === 'npm') {
        await promisify(execFile)(words[0], words[0] === 'make' ? ['-n', ...words.slice(1)] : ['run'], { cwd: root });
        return;
      }
      const help = await helpOf(words);
      for (const [, flag = ''] of command.replace(/ \|.*/, '').matchAll(/(?<= )(--?[a-z][\w-]*)/g))
        assert.match(help, new RegExp(`(^|[\\s,])${RegExp.escape(flag)}\\b`, 'm'), command);
    });
  }

  /** The help of the longest known command at the beginning of `words`: `kubectl rollout status`. */
  async function helpOf([program = '', ...words]: readonly string[]): Promise<string> {
    const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
    const verbs = words.slice(0, end < 0 ? words.length : end);
    const help = await run(`${program} ${verbs.join(' ')} --help`);
    return program === 'kubectl' ? help + (await run('kubectl options')) : help;
  }
});
