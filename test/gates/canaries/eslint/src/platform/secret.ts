export class Secret {
  reveal(): string {
    return '';
  }

  lastFour(): string | null {
    return null;
  }
}
