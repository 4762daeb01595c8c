import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/contributions.ts';

const ID = 'openclaw-auth.openclaw-auth';

interface Manifest {
  readonly main: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function findExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(ID);
  assert.ok(extension, 'VS Code has the extension');
  return extension;
}

describe('packaged extension', () => {
  it('runs from the VSIX, not from the sources', () => {
    const { extensionPath } = findExtension();
    assert.ok(existsSync(path.join(extensionPath, 'dist/extension.js')));
    assert.ok(!existsSync(path.join(extensionPath, 'src')));
    assert.ok(!existsSync(path.join(extensionPath, 'node_modules')));
  });

  it('activates, and hands nothing to other extensions', async () => {
    const extension = findExtension();
    await extension.activate();
    assert.equal(extension.isActive, true);
    assert.equal(extension.exports, undefined);
  });

  it('registers every command of its manifest and no other', async () => {
    const extension = findExtension();
    await extension.activate();
    const manifest = extension.packageJSON as Manifest;
    const declared = manifest.contributes.commands.map(({ command }) => command).toSorted();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^openclawAuth\.\w+\.\w+$/.test(id));
    // VS Code makes commands of its own for each view, such as `….focus`.
    const views = registered.filter((id) => id.startsWith('openclawAuth.credentials.'));
    assert.deepEqual(registered.filter((id) => !views.includes(id)).toSorted(), declared);
    assert.deepEqual(Object.values(COMMANDS).toSorted(), declared);
  });
});
