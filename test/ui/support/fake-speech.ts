/**
 * A Web Speech API that a test owns: the browsers here have no engine behind theirs, and some have none of it. It does
 * nothing by itself.
 */
export class FakeRecognition {
  /** Newest last. */
  static readonly all: FakeRecognition[] = [];
  /** It throws when it is to start. */
  static refuses = false;
  lang = '';
  continuous = false;
  interimResults = false;
  /** What it was asked. */
  readonly calls: string[] = [];
  onresult: ((event: {results: {transcript: string}[][]}) => void) | null = null;
  onerror: ((event: {error: string}) => void) | null = null;
  onend: (() => void) | null = null;

  constructor() {
    FakeRecognition.all.push(this);
  }

  static get last(): FakeRecognition {
    return FakeRecognition.all.at(-1) as FakeRecognition;
  }

  start(): void {
    if (FakeRecognition.refuses) throw new DOMException('No.', 'InvalidStateError');
    this.calls.push('start');
  }

  stop(): void {
    this.calls.push('stop');
  }

  abort(): void {
    this.calls.push('abort');
  }

  /** All results so far, the last of which may change. */
  hear(...transcripts: string[]): void {
    this.onresult?.({results: transcripts.map(transcript => [{transcript}])});
  }
}

export class FakeUtterance {
  readonly text: string;
  lang = '';
  voice: SpeechSynthesisVoice | null = null;
  onend: (() => void) | null = null;
  onerror: ((event: {error: string}) => void) | null = null;

  constructor(text: string) {
    this.text = text;
  }
}

export class FakeSynthesis extends EventTarget {
  readonly spoken: FakeUtterance[] = [];
  cancelled = 0;
  voices = ['en-GB', 'de-DE'].map(lang => ({lang, name: lang, localService: true, default: false}));

  get last(): FakeUtterance {
    return this.spoken.at(-1) as FakeUtterance;
  }

  getVoices() {
    return this.voices;
  }

  speak(utterance: FakeUtterance): void {
    this.spoken.push(utterance);
  }

  cancel(): void {
    this.cancelled++;
    this.last.onerror?.({error: 'canceled'});
  }

  resume(): void {}
}

const NAMES = [
  'SpeechRecognition',
  'webkitSpeechRecognition',
  'speechSynthesis',
  'SpeechSynthesisUtterance',
] as const;
const own = NAMES.map(name => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);

function put(values: Partial<Record<(typeof NAMES)[number], unknown>>): void {
  FakeRecognition.all.length = 0;
  FakeRecognition.refuses = false;
  for (const name of NAMES)
    Object.defineProperty(globalThis, name, {value: values[name], configurable: true, writable: true});
}

/** The page has this one from now on. */
export function fakeSpeech(): FakeSynthesis {
  const speechSynthesis = new FakeSynthesis();
  put({
    webkitSpeechRecognition: FakeRecognition,
    speechSynthesis,
    SpeechSynthesisUtterance: FakeUtterance,
  });
  return speechSynthesis;
}

/** The page has none. */
export const noSpeech = (): void => put({});

/** The page has its own again. */
export function ownSpeech(): void {
  for (const [name, descriptor] of own) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else delete (globalThis as Partial<Record<string, unknown>>)[name];
  }
}
