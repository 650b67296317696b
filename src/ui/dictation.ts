import {html, nothing, render} from 'lit';
import {type DictatedText, dictatedText} from './dictated-text.ts';
import {icon} from './icons.ts';
import {isComposing} from './keys.ts';
import type {VoiceStrings} from './strings.ts';
import {languageAround, type Voice} from './voice.ts';

/** The part of the Web Speech API that is used here. TypeScript does not declare it. */
interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: {readonly results: Iterable<readonly {readonly transcript: string}[]>}) => void) | null;
  onerror: ((event: {readonly error: string}) => void) | null;
  onend: (() => void) | null;
  start(): void;
  /** What was heard before is still reported. */
  stop(): void;
  abort(): void;
}

type RecognitionClass = new () => Recognition;

const micIcon = icon(
  'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21',
);

/** What users read about an error of the API. Others are `failed`, except `aborted`, which nobody needs to know of. */
const PROBLEMS: Readonly<Record<string, keyof VoiceStrings>> = {
  'not-allowed': 'notAllowed',
  'service-not-allowed': 'notAllowed',
  'audio-capture': 'noMicrophone',
  network: 'network',
  'language-not-supported': 'noLanguage',
  'no-speech': 'ended',
};

/**
 * A button in the text box that listens, where the browser can. What is heard appears in the box, to be checked: it is
 * never sent automatically. `onBegin` is called first, to stop what is being read aloud.
 */
export function dictation(voice: Voice, onBegin: () => void): void {
  const known = globalThis as {
    SpeechRecognition?: RecognitionClass;
    webkitSpeechRecognition?: RecognitionClass;
  };
  const Recognition = known.SpeechRecognition ?? known.webkitSpeechRecognition;
  if (Recognition) listener(voice, Recognition, onBegin);
}

function listener(
  {inside, texts, isShown, complain}: Voice,
  Recognition: RecognitionClass,
  onBegin: () => void,
): void {
  const {element, composer, say} = inside();
  const find = (selector: string) => element.renderRoot.querySelector<HTMLElement>(selector)!;
  const box = find('.composer textarea') as HTMLTextAreaElement;
  const place = document.createElement('div');
  let recognition: Recognition | undefined;
  /** It was told to stop, and may still report what it heard before. */
  let isEnding = false;
  let isWriting = false;
  let conversationId: string | undefined;

  const isOn = () => recognition !== undefined && !isEnding;

  function begin(): void {
    abort();
    complain('');
    onBegin();
    const begun = new Recognition();
    begun.lang = languageAround(element);
    begun.interimResults = true;
    // On Android, Chromium listens to one sentence and reports it as several results, each repeating the previous
    // words.
    const isAndroid = /Android/.test(navigator.userAgent);
    begun.continuous = !isAndroid;
    const text = dictatedText(box.value, box.selectionStart, box.selectionEnd);
    let problem: string | undefined;
    begun.onresult = ({results}) => {
      if (recognition !== begun) return;
      const heard = [...results].map(([best]) => best?.transcript ?? '');
      write(text, isAndroid ? heard.slice(-1) : heard);
    };
    begun.onerror = ({error}) => {
      const name = error === 'aborted' ? undefined : (PROBLEMS[error] ?? 'failed');
      if (name) problem = texts()[name];
    };
    begun.onend = () => {
      if (recognition !== begun) return;
      const byItself = !isEnding;
      recognition = undefined;
      if (problem && problem !== texts().ended) complain(problem);
      else if (byItself) say(texts().ended);
      draw();
    };
    recognition = begun;
    isEnding = false;
    isWriting = false; // Emptying a text box ends a composition, perhaps without an event.
    try {
      begun.start();
    } catch {
      recognition = undefined;
      complain(texts().failed);
    }
    draw();
  }

  /** Writes the text as if it had been typed. */
  function write(text: DictatedText, heard: readonly string[]): void {
    if (isWriting) return; // An input method is composing: this is written with the next word.
    const {value, caret} = text.hear(heard, box.value, box.selectionStart);
    if (value === box.value) return;
    box.value = value;
    box.setSelectionRange(caret, caret);
    box.dispatchEvent(new InputEvent('input', {bubbles: true}));
    box.scrollTop = box.scrollHeight;
  }

  function end(): void {
    if (!isOn()) return;
    isEnding = true;
    recognition?.stop();
    draw();
  }

  function abort(): void {
    const aborted = recognition;
    recognition = undefined;
    aborted?.abort();
  }

  function toggle(): void {
    if (isOn()) end();
    else begin();
  }

  function draw(): void {
    const {dictate} = texts();
    render(
      element.voice
        ? html`<button class="quiet mic" part="dictate-button" type="button" aria-label=${dictate} title=${dictate}
            aria-pressed=${isOn()} @click=${toggle}>${micIcon}</button>`
        : nothing,
      place,
    );
  }

  function update(): void {
    const id = inside().controller.state?.info.id;
    if (id !== conversationId || !isShown()) abort();
    conversationId = id;
    draw();
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event) || !isOn()) return;
    end();
    event.preventDefault();
    event.stopPropagation();
  }

  const {actions} = composer;
  const {send} = actions;
  actions.send = (...said) => {
    end();
    return send(...said);
  };
  box.addEventListener('compositionstart', () => {
    isWriting = true;
  });
  box.addEventListener('compositionend', () => {
    isWriting = false;
  });
  find('.panel').addEventListener('keydown', onKeydown);
  find('.composer .send').before(place); // Beside what Lit draws there.
  element.addController({hostUpdated: update, hostDisconnected: abort});
  update();
}
