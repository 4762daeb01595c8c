export class Secret {
  reveal(): string {
    return '';
  }
}
