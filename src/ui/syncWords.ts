import { l10n } from 'vscode';
import type { Incident } from '../sync/incidents.ts';
import type { Consent } from '../sync/reconcile.ts';
import type { ConflictReason } from '../sync/syncEngine.ts';

/** The words for what the engine does, shows and asks. */

export interface ConsentWords {
  readonly name: string;
  readonly detail: string;
  /** Said when it was chosen. */
  readonly done: string;
}

export function consentWords(consent: Consent): ConsentWords {
  const words: Record<Consent, ConsentWords> = {
    sync: {
      name: l10n.t('Keep in Sync'),
      detail: l10n.t('Tokens and API keys go both ways. OAuth logins and references stay with the gateway.'),
      done: l10n.t('VS Code and the store are kept in sync for this host.'),
    },
    keepMine: {
      name: l10n.t('Keep Copies of What I Enter Here'),
      detail: l10n.t('The store is written by your commands only, and nothing else of it is copied.'),
      done: l10n.t('VS Code keeps copies of what you enter, and writes the store on command only.'),
    },
    off: {
      name: l10n.t('Keep Nothing'),
      detail: l10n.t('What you enter goes to the store only. Copies kept so far stay until you forget them.'),
      done: l10n.t('VS Code keeps nothing that you enter from now on. Copies that it has stay until you forget them.'),
    },
  };
  return words[consent];
}

/** What befell a store, as a sentence about the agent. */
export function incidentWords({ kind, gone }: Incident, agent: string): string {
  const words: Record<Incident['kind'], string> = {
    missing: l10n.t('The store of agent {0} is gone, and {1} profiles with it.', agent, gone.length),
    emptied: l10n.t('The store of agent {0} was emptied: {1} profiles are gone.', agent, gone.length),
    profilesGone: l10n.t('{1} profiles are gone from the store of agent {0}.', agent, gone.length),
    malformed: l10n.t('The store of agent {0} is malformed.', agent),
    unreadable: l10n.t('The store of agent {0} cannot be read.', agent),
    retired: l10n.t('The store of agent {0} is of an earlier release.', agent),
  };
  return words[kind];
}

export function conflictWords(reason: ConflictReason): string {
  const words: Record<ConflictReason, string> = {
    neverAgreed: l10n.t('VS Code and the store hold different credentials, and never agreed on one.'),
    bothChanged: l10n.t('The credential was changed in VS Code and in the store.'),
    wentBack: l10n.t('The store went back to the credential before this one.'),
    removedHere: l10n.t('It was removed in VS Code, and the store has another credential since.'),
    pingPong: l10n.t('Something keeps changing the store back.'),
  };
  return words[reason];
}
