import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';

const DAY_MS = 86_400_000;
const STATE_DIR = process.env['OPENCLAW_STATE_DIR'] ?? '';
/** Must never be in what is shown. The beginning, which all setup-tokens have, may be. */
const CANARY = `sk-ant-oat01-${'CANARY'.repeat(15)}`;
const SETTING = 'openclawAuth.jsonHelp';
/** The JSON language service of the editor starts with the first document. */
const START_LIMIT_MS = 60_000;

function textNow(): string {
  const profiles = {
    'anthropic:a': { type: 'token', provider: 'anthropic', token: CANARY, expires: Date.now() + 3.5 * DAY_MS },
    'anthropic:b': { type: 'passkey', provider: 'anthropic', email: 7 },
  };
  return JSON.stringify(
    { version: 1, profiles, usageStats: { 'anthropic:a': { cooldownUntil: 1_800_000_000 } } },
    null,
    2,
  );
}

async function open(file: string, text?: string): Promise<vscode.TextDocument> {
  mkdirSync(path.dirname(file), { recursive: true });
  if (text !== undefined) writeFileSync(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

async function hoverTexts(document: vscode.TextDocument, at: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(at) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  const parts = hovers.flatMap(({ contents }) => contents);
  // Without the backslashes that keep text from being markup.
  return parts
    .map((part) => (part instanceof vscode.MarkdownString ? part.value : ''))
    .join('\n')
    .replaceAll('\\', '');
}

async function hintLabels(document: vscode.TextDocument): Promise<string[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    whole,
  );
  return hints.map(({ label }) => (typeof label === 'string' ? label : label.map(({ value }) => value).join('')));
}

/** Codes of our problems, or of the JSON language service's, as soon as there is one that is waited for. */
async function problemsOnce(uri: vscode.Uri, isThere: (found: vscode.Diagnostic[]) => boolean) {
  for (;;) {
    const found = vscode.languages.getDiagnostics(uri);
    if (isThere(found)) return found;
    await new Promise((resolve) => {
      const listener = vscode.languages.onDidChangeDiagnostics(() => {
        listener.dispose();
        resolve(undefined);
      });
    });
  }
}

const ours = (found: readonly vscode.Diagnostic[]) => found.filter(({ source }) => source === 'OpenClaw Auth');

describe('help in the documents of OpenClaw', () => {
  let folder: string;
  let document: vscode.TextDocument;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'json-help-'));
    document = await open(path.join(folder, 'agents/main/agent/auth-profiles.json'), textNow());
  });
  after(async () => {
    await vscode.workspace.getConfiguration().update(SETTING, undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what a field is, and when it falls', async function () {
    this.timeout(START_LIMIT_MS);
    assert.match(await hoverTexts(document, '"expires"'), /When the credential ends[^]*in 3 days/);
    assert.match(await hoverTexts(document, '"anthropic:a"'), /A profile: one named credential/);
  });

  it('shows of a credential its kind and length, and nothing else', async () => {
    for (const at of ['"token":', CANARY]) {
      const text = await hoverTexts(document, at);
      assert.match(text, /sk-ant-oat01-… \(setup-token\), 103 characters/);
      assert.doesNotMatch(text, /CANARY/);
    }
  });

  it('puts dates behind numbers', async () => {
    const labels = await hintLabels(document);
    assert.match(labels[0] ?? '', / · in 3 d$/);
    assert.match(labels[1] ?? '', /1970.* ago$/);
    assert.equal(labels.length, 2);
  });

  it('tells what the gateway would make of it, and the schema what a field may hold', async function () {
    this.timeout(START_LIMIT_MS);
    const found = await problemsOnce(
      document.uri,
      (all) => ours(all).length > 0 && all.some(({ source }) => source !== 'OpenClaw Auth'),
    );
    assert.deepEqual(
      ours(found).map(({ code, range }) => [code, document.getText(range).slice(0, 12)]),
      [
        ['oddLength', '"sk-ant-oat0'],
        ['unknownType', '"passkey"'],
        ['timeInSeconds', '1800000000'],
      ],
    );
    const [bySchema] = found.filter(({ source }) => source !== 'OpenClaw Auth');
    assert.match(bySchema?.message ?? '', /Incorrect type/);
    assert.doesNotMatch(JSON.stringify(found), /CANARY/);
  });

  it('follows what is typed', async () => {
    const edit = new vscode.WorkspaceEdit();
    const start = document.getText().indexOf('"passkey"');
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + '"passkey"'.length));
    edit.replace(document.uri, range, '"api_key"');
    await vscode.workspace.applyEdit(edit);
    const found = ours(
      await problemsOnce(document.uri, (all) => ours(all).some(({ code }) => code === 'noCredential')),
    );
    assert.ok(!found.some(({ code }) => code === 'unknownType'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('knows the gateway’s own files: what an order names, and whether they are used at all', async () => {
    const isJson = process.env['OPENCLAW_TEST_RELEASE'] === '2026.6.1';
    const name = 'agents/research/agent/auth-profiles.json';
    const text = isJson ? undefined : '{ "profiles": {} }';
    const own = await open(path.join(STATE_DIR, name), text);
    if (!isJson) {
      const found = await problemsOnce(own.uri, (all) => ours(all).length > 0);
      assert.deepEqual(
        ours(found).map(({ code }) => code),
        ['retired'],
      );
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      rmSync(path.join(STATE_DIR, name));
    }
    const config = await open(path.join(STATE_DIR, 'openclaw.json'));
    assert.match(await hoverTexts(config, '"auth"'), /What the configuration says about credentials/);
  });

  it('goes when it is switched off', async () => {
    const uri = document.uri;
    await vscode.window.showTextDocument(document);
    await problemsOnce(uri, (all) => ours(all).length > 0);
    await vscode.workspace.getConfiguration().update(SETTING, false, vscode.ConfigurationTarget.Global);
    await problemsOnce(uri, (all) => ours(all).length === 0);
    assert.equal(await hoverTexts(document, '"expires"'), '');
    assert.deepEqual(await hintLabels(document), []);
  });
});
