import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileId } from '../../src/domain/ids.ts';
import { clearingLine, pinLine } from '../../src/domain/pinRules.ts';
import { parseRelease } from '../../src/domain/release.ts';
import type { AgentSession } from '../../src/domain/sessionPin.ts';
import type { GatewayService } from '../../src/gateway/service.ts';
import { GatewayProcess, PROVIDER } from '../faults/support/gatewayProcess.ts';
import { openLocalGateway } from './localGateway.ts';
import { ensureOpenclaw } from './openclaw.ts';
import { writeHome } from './openclawHome.ts';

/** A chat message is answered before it is carried out. */
const TRIES = 60;
const [A, B] = [`${PROVIDER}:a`, `${PROVIDER}:b`] as const;
const SESSION = 'agent:main:t1';

/** A gateway of the release that is told in a session's chat what we copy: what it then keeps is what we list. */
export function describeSessionPins(version: string): void {
  describe(`the profile that a session of OpenClaw ${version} is tied to`, () => {
    let folder: string;
    let gateway: GatewayProcess;
    let ours: GatewayService;
    let said = 0;

    const session = async (): Promise<AgentSession | undefined> =>
      (await ours.sessions()).sessions.find(({ sessionKey }) => sessionKey === SESSION);

    /** Says the line in the session; the session as soon as it is as wanted, or as it stays. */
    const say = async (
      line: string | null,
      wanted: string | null,
      isOver = (now: AgentSession | undefined): boolean => now?.profileId === wanted,
    ): Promise<AgentSession | undefined> => {
      said += 1;
      const params = { sessionKey: SESSION, message: line, idempotencyKey: `pin${String(said)}` };
      const sent = await gateway.cli(['gateway', 'call', 'chat.send', '--params', JSON.stringify(params), '--json']);
      expect(sent).toMatchObject({ kind: 'exited', code: 0 });
      for (let attempt = 0; attempt < TRIES && !isOver(await session()); attempt += 1) await sleep(500);
      return session();
    };

    beforeAll(async () => {
      const cli = await ensureOpenclaw(version);
      folder = await mkdtemp(path.join(tmpdir(), 'pins-'));
      const home = path.join(folder, 'home');
      const entry = (name: string) => ({ type: 'api_key', provider: PROVIDER, key: ['sk', 'FAKE', name].join('-') });
      const configured = { provider: PROVIDER, mode: 'api_key' };
      await writeHome(home, version, {
        config: { auth: { profiles: { [A]: configured, [B]: configured } } },
        agents: {
          main: { store: { version: 1, profiles: { [A]: entry('a'), [B]: entry('b') } }, state: { version: 1 } },
        },
      });
      gateway = await GatewayProcess.over(cli, home, { providers: { [PROVIDER]: {} }, byAgent: { main: PROVIDER } });
      ours = openLocalGateway(home, { cli });
      await gateway.start();
      await gateway.turn();
    });
    afterAll(async () => {
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('is none that a person chose after a first message', async () => {
      // What a turn has left is written after its answer, and the gateway may begin a session of its own.
      await expect.poll(session, { timeout: 60_000, interval: 500 }).toMatchObject({ model: `${PROVIDER}/m` });
      const found = await ours.sessions();
      expect(found).toMatchObject({ unread: [], isCut: false });
      expect(found.sessions.filter(({ profileId: id, source }) => id !== null && source === 'user')).toEqual([]);
    });

    it('is the one that our line names, and then the other', async () => {
      for (const id of [B, A])
        expect(await say(pinLine(`${PROVIDER}/m`, profileId(id)), id)).toMatchObject({ profileId: id, source: 'user' });
    });

    it('is let go by our other line, or by none', async () => {
      const clearing = clearingLine(parseRelease(version), `${PROVIDER}/m`);
      if (clearing === null) {
        const before = await session();
        await say(`/model ${PROVIDER}/m`, null, (now) => now?.updatedAt !== before?.updatedAt);
        expect(await session()).toMatchObject({ profileId: A, source: 'user' });
      } else expect(await say(clearing, null)).toMatchObject({ profileId: null });
    });
  });
}
