// @ts-check
/** The demonstration on releases up to 2026.6.1: plain files, so no CLI is needed to make them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BROKEN_AGENT, DEFAULT_AGENT, OWN_STORE_AGENT } from './story.mjs';

/**
 * @param {string} stateDir
 * @param {import('./story.mjs').Story} story
 * @param {string} release
 */
export function writeJsonHome(stateDir, story, release) {
  writeAgent(stateDir, DEFAULT_AGENT, story.main);
  writeAgent(stateDir, OWN_STORE_AGENT, story.research);
  writeText(
    agentFile(stateDir, BROKEN_AGENT, 'auth-profiles.json'),
    '{\n  "version": 1,\n  "profiles": {\n    "anthropic:la',
  );
  const { agents, ...rest } = story.config;
  const list = story.agentIds.map((id) => (id === DEFAULT_AGENT ? { id, default: true } : { id }));
  writeJson(path.join(stateDir, 'openclaw.json'), {
    ...rest,
    agents: { ...agents, list },
    meta: { lastTouchedVersion: release, lastTouchedAt: new Date().toISOString() },
  });
}

/**
 * @param {string} stateDir
 * @param {string} id
 * @param {import('./story.mjs').AgentDocuments} documents
 */
function writeAgent(stateDir, id, documents) {
  if (documents.store) writeJson(agentFile(stateDir, id, 'auth-profiles.json'), documents.store);
  if (documents.state) writeJson(agentFile(stateDir, id, 'auth-state.json'), documents.state);
}

/** @param {string} stateDir @param {string} id @param {string} name */
const agentFile = (stateDir, id, name) => path.join(stateDir, 'agents', id, 'agent', name);

/** @param {string} file @param {object} document */
const writeJson = (file, document) => writeText(file, `${JSON.stringify(document, null, 2)}\n`);

/** @param {string} file @param {string} text */
function writeText(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
}
