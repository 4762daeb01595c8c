// @ts-check
/** The demonstration on releases that keep credentials in SQLite. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  agentDatabase,
  createSqliteState,
  putAgentDocuments,
  putSharedDocuments,
  rosterConfig,
} from './sqliteTemplate.mjs';
import { BROKEN_AGENT, OWN_STORE_AGENT } from './story.mjs';

/** SQLite says of a file like this that it is no database. */
const NOT_A_DATABASE = 'This is not a database.\n'.repeat(400);

/**
 * @param {string} stateDir
 * @param {import('./story.mjs').Story} story
 * @param {string} release
 */
export async function writeSqliteHome(stateDir, story, release) {
  const { auth, agents } = story.config;
  await createSqliteState(stateDir, release, { auth, ...rosterConfig(release, story.agentIds, agents.defaults) });
  await putSharedDocuments(stateDir, release, asText(story.main));
  await putAgentDocuments(stateDir, release, OWN_STORE_AGENT, asText(story.research));
  const broken = agentDatabase(stateDir, BROKEN_AGENT);
  mkdirSync(path.dirname(broken), { recursive: true });
  writeFileSync(broken, NOT_A_DATABASE, { mode: 0o600 });
}

/** @param {import('./story.mjs').AgentDocuments} documents */
const asText = ({ store, state }) => ({
  store: store === null ? null : JSON.stringify(store),
  state: state === null ? null : JSON.stringify(state),
});
