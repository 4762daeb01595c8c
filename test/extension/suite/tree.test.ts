import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { DAY_MS } from '../../../src/domain/health.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { Model } from '../../../src/ui/model.ts';
import { toTreeItem } from '../../../src/ui/treeItem.ts';
import { createVault } from '../../../src/vault/secretStorageVault.ts';
import { buildTree } from '../../../src/view/treeModel.ts';
import type { TreeNode } from '../../../src/view/treeNodes.ts';
import { ASKED } from '../../fakes/syncStates.ts';

/** The demonstration home of each release, as the tree shows it. Lengths of time that pass are left out. */
const MAIN_ANTHROPIC = [
  'anthropic:work | 3 d left · in use | warning',
  'anthropic:personal | # d left | pass',
  'anthropic:old-laptop | expired 2 d ago | error',
  'anthropic:spare | no expiry recorded · not tried | question',
];

function labelOf({ label }: vscode.TreeItem): string {
  assert.ok(typeof label === 'string');
  return label;
}

describe('tree over the demonstration home', () => {
  let gateway: GatewayService;
  let model: Model;

  before(async () => {
    const extension = vscode.extensions.getExtension('openclaw-auth.openclaw-auth');
    assert.ok(extension);
    const byHash = (text: string) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12));
    gateway = createLocalService({
      machine: 'this machine',
      env: process.env,
      home: homedir(),
      clock: systemClock,
      runProcess,
      logger: silentLogger,
      fingerprint: byHash,
      workerPath: path.join(extension.extensionPath, 'dist/worker.mjs'),
    });
    const probe = vscode.extensions.getExtension<vscode.ExtensionContext>('openclaw-auth-tests.context-probe');
    assert.ok(probe);
    const { secrets } = await probe.activate();
    const vault = createVault({ secrets, clock: systemClock, logger: silentLogger, fingerprint: byHash });
    const warnMs = () => 7 * DAY_MS;
    model = new Model({
      label: null,
      awayId: 'away',
      gateway,
      vault,
      clock: systemClock,
      logger: silentLogger,
      warnMs,
    });
    await model.reload();
  });

  function nodes(): TreeNode[] {
    const status = model.status();
    assert.ok(status, 'the gateway was read');
    const flatten = (node: TreeNode): TreeNode[] => [node, ...node.children.flatMap(flatten)];
    return buildTree(
      status,
      () => 'storeOnly',
      () => [],
      ASKED,
    ).flatMap(flatten);
  }

  function rows(agent: string, provider: string): string[] {
    const found = nodes().filter(
      (node) => node.kind === 'profile' && node.agent.id === agent && node.provider.id === provider,
    );
    return found.map((node) => {
      const item = toTreeItem(node, model.now());
      assert.ok(item.iconPath instanceof vscode.ThemeIcon);
      const description = String(item.description).replace(/\d{2,} d/, '# d');
      return [labelOf(item), description, item.iconPath.id].join(' | ');
    });
  }

  it('shows the profiles in the order in which they are tried', () => {
    assert.deepEqual(rows('main', 'anthropic'), MAIN_ANTHROPIC);
  });

  it('shows every agent, and what is wrong with a store', () => {
    const agents = nodes().filter((node) => node.kind === 'agent');
    assert.deepEqual(
      agents.map((node) => node.agent.id),
      ['main', 'lab', 'ops', 'research'],
    );
    const [store] = nodes().filter((node) => node.kind === 'store' && node.agent.id === 'lab');
    assert.ok(store);
    assert.match(labelOf(toTreeItem(store, model.now())), /malformed/);
  });

  it('gives every row a name to be spoken, a tooltip and an id of its own', () => {
    const items = nodes().map((node) => toTreeItem(node, model.now()));
    assert.equal(new Set(items.map((item) => item.id)).size, items.length);
    for (const item of items) {
      assert.ok(item.accessibilityInformation?.label, `${labelOf(item)} is spoken`);
      assert.ok(typeof item.tooltip === 'string' && item.tooltip !== '', `${labelOf(item)} has a tooltip`);
    }
  });

  it('shows a key that is added, read back from the store', async function () {
    this.timeout(120_000);
    const secret = Secret.of(`sk-proj-${'FAKE'.repeat(12)}`);
    const outcome = await gateway.apply({
      kind: 'putCredential',
      agentId: agentId('main'),
      provider: providerId('openai'),
      profileId: profileId('openai:added'),
      credential: { type: 'api_key', secret },
      expected: null,
    });
    assert.deepEqual(outcome, { kind: 'done', isNoop: false });
    await model.reload();
    assert.ok(
      rows('main', 'openai').some((row) => row.startsWith('openai:added | API key')),
      rows('main', 'openai').join('\n'),
    );
    const stored = await gateway.readCredential(agentId('main'), profileId('openai:added'));
    assert.ok(stored?.secret.equals(secret));
  });
});
