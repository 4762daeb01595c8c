import type { Finding } from '../domain/findings.ts';

/** Tells findings that have appeared from those that go on, so that each is logged once and again when it comes back. */
export class NewFindings {
  #known: ReadonlySet<string> = new Set();

  /** Those that the findings before these did not have; which period is left or has passed makes no difference. */
  take(findings: readonly Finding[]): readonly Finding[] {
    const before = this.#known;
    this.#known = new Set(findings.map(keyOf));
    return findings.filter((finding) => !before.has(keyOf(finding)));
  }
}

function keyOf({ code, severity, agentId, provider, profileId }: Finding): string {
  return JSON.stringify([code, severity, agentId, provider, profileId]);
}
