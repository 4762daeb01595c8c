import {
  Diagnostic,
  DiagnosticSeverity,
  EventEmitter,
  Hover,
  InlayHint,
  languages,
  MarkdownString,
  Range,
  workspace,
  type HoverProvider,
  type InlayHintsProvider,
  type TextDocument,
  type Uri,
} from 'vscode';
import { SETTINGS } from '../contributions.ts';
import type { HostStatus } from '../domain/status.ts';
import type { Clock } from '../platform/clock.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { escapeMarkdown } from '../view/display.ts';
import { HELPED_FILES, helpedDocument } from '../domain/jsonHelp/documents.ts';
import { dateHints, helpAt, type FieldHelp, type Place } from '../domain/jsonHelp/help.ts';
import { knownAbout } from '../domain/jsonHelp/known.ts';
import { findProblems, type JsonProblemCode } from '../domain/jsonHelp/problems.ts';
import { fieldWords, hintWords, momentWords, problemWords, secretWords } from './jsonHelpWords.ts';

export interface JsonHelpParts {
  readonly clock: Clock;
  /** Of this machine's gateway, as it was read last. */
  readonly status: () => HostStatus | null;
}

const PATTERN = `**/{${Object.keys(HELPED_FILES).join(',')}}`;
const SOURCE = 'OpenClaw Auth';
/** While somebody types. */
const PAUSE_MS = 300;

const SEVERITIES: Partial<Record<JsonProblemCode, DiagnosticSeverity>> = {
  notADocument: DiagnosticSeverity.Error,
  retired: DiagnosticSeverity.Information,
  missingInOrder: DiagnosticSeverity.Information,
};

/** Help in OpenClaw's own documents, opened in the editor: hovers, dates behind numbers, problems. Their text is never logged. */
export class JsonHelp implements Disposable {
  readonly #parts: JsonHelpParts;
  readonly #lifetime = new Lifetime();
  readonly #problems = this.#lifetime.add(languages.createDiagnosticCollection('openclaw-auth-documents'));
  readonly #hintsChanged = this.#lifetime.add(new EventEmitter<void>());
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(parts: JsonHelpParts) {
    this.#parts = parts;
    const hovers: HoverProvider = {
      provideHover: (document, position) => this.#hover(document, document.offsetAt(position)),
    };
    const hints: InlayHintsProvider = {
      onDidChangeInlayHints: this.#hintsChanged.event,
      provideInlayHints: (document, range) => this.#hints(document, range),
    };
    for (const registered of [
      languages.registerHoverProvider({ pattern: PATTERN }, hovers),
      languages.registerInlayHintsProvider({ pattern: PATTERN }, hints),
      workspace.onDidOpenTextDocument((document) => this.#judge(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#judgeSoon(document)),
      workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS.jsonHelp.id)) this.refresh();
      }),
    ])
      this.#lifetime.add(registered);
    this.refresh();
  }

  /** The gateway was read again, or time has passed. */
  refresh(): void {
    for (const document of workspace.textDocuments) this.#judge(document);
    this.#hintsChanged.fire();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#lifetime.dispose();
  }

  #hover(document: TextDocument, offset: number): Hover | undefined {
    const kind = kindOf(document);
    const help = kind === null ? null : helpAt(document.getText(), kind, offset);
    if (help === null) return undefined;
    const shown = this.#hoverTexts(help).map((text) => new MarkdownString(escapeMarkdown(text)));
    return new Hover(shown, rangeOf(document, help.place));
  }

  #hoverTexts({ field, unixMs, secret }: FieldHelp): string[] {
    return [
      fieldWords(field),
      ...(unixMs === null ? [] : [momentWords(unixMs, this.#parts.clock.now())]),
      ...(secret === null ? [] : [secretWords(secret)]),
    ];
  }

  #hints(document: TextDocument, range: Range): InlayHint[] {
    const kind = kindOf(document);
    if (kind === null) return [];
    const offset = document.offsetAt(range.start);
    const part = { offset, length: document.offsetAt(range.end) - offset };
    return dateHints(document.getText(), kind, part).map((hint) => {
      const label = hintWords(hint.unixMs, this.#parts.clock.now());
      const shown = new InlayHint(document.positionAt(hint.offset), label);
      shown.paddingLeft = true;
      return shown;
    });
  }

  #judgeSoon(document: TextDocument): void {
    if (kindOf(document) === null) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.#judge(document), PAUSE_MS),
    );
  }

  #judge(document: TextDocument): void {
    const { uri } = document;
    if (helpedDocument(uri.path) === null) return;
    const kind = document.isClosed ? null : kindOf(document);
    if (kind === null) return this.#forget(uri);
    const known = knownAbout(this.#parts.status(), uri.fsPath);
    const found = findProblems(document.getText(), kind, known).map(({ code, place }) => {
      const severity = SEVERITIES[code] ?? DiagnosticSeverity.Warning;
      const shown = new Diagnostic(rangeOf(document, place), problemWords(code), severity);
      shown.source = SOURCE;
      shown.code = code;
      return shown;
    });
    this.#problems.set(uri, found);
  }

  #forget(uri: Uri): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#problems.delete(uri);
  }
}

/** `null` also where the user has switched the help off. */
function kindOf({ uri }: TextDocument) {
  const { id, default: usual } = SETTINGS.jsonHelp;
  return workspace.getConfiguration(undefined, uri).get<boolean>(id, usual) ? helpedDocument(uri.path) : null;
}

function rangeOf(document: TextDocument, { offset, length }: Place): Range {
  return new Range(document.positionAt(offset), document.positionAt(offset + length));
}
