import {html, nothing} from 'lit';
import {isFinal} from '../protocol/message.ts';
import {icon} from './icons.ts';
import type {MessageTool} from './message-view.ts';
import {plainText} from './plain-text.ts';
import {languageOf, utterancesOf, voiceFor} from './utterances.ts';
import {languageAround, type Voice} from './voice.ts';

const speakerIcon = icon('M4 9.5v5h3.5l4.5 4v-13l-4.5 4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11');

/** An answer that is being read, or was stopped before its end. */
interface Place {
  readonly id: string;
  readonly pieces: readonly string[];
  /** The piece that is being read. */
  at: number;
}

/**
 * A button of an answer that reads it aloud, where the browser has a voice. Pressed again, it stops; pressed once more,
 * it continues with that sentence.
 */
export function readAloud(voice: Voice): {stop(): void} {
  const {speechSynthesis: synthesis, SpeechSynthesisUtterance: Utterance} = globalThis as Partial<
    typeof globalThis
  >;
  return synthesis && Utterance ? reader(voice, synthesis, Utterance) : {stop() {}};
}

function reader(
  {inside, texts, isShown, complain}: Voice,
  synthesis: SpeechSynthesis,
  Utterance: typeof SpeechSynthesisUtterance,
): {stop(): void} {
  const {element, addTool} = inside();
  let place: Place | undefined;
  /** Referenced, since Chromium does not report the end of one that nobody references (bug 509488). */
  let spoken: SpeechSynthesisUtterance | undefined;
  let conversationId: string | undefined;
  let drawn = '';

  const bodyOf = (id: string) =>
    element.renderRoot.querySelector<HTMLElement>(`article[data-id="${CSS.escape(id)}"] > .body`);

  const tool: MessageTool = ({id, role, status, text}) => {
    if (!element.voice || role === 'user' || !isFinal(status) || !text || synthesis.getVoices().length === 0)
      return nothing;
    const name = texts().readAloud;
    return html`<button class="tool reads" part="read-button" type="button" aria-label=${name} title=${name}
      aria-pressed=${spoken !== undefined && place?.id === id} @click=${() => toggle(id)}>${speakerIcon}</button>`;
  };

  function toggle(id: string): void {
    const isRead = spoken && place?.id === id;
    stop();
    if (isRead) return;
    complain('');
    const body = bodyOf(id);
    const pieces = body ? utterancesOf(plainText(body)) : [];
    const isSame = place?.id === id && place.pieces.join() === pieces.join();
    place = {id, pieces, at: isSame ? place!.at : 0};
    synthesis.resume(); // Somebody may have paused it.
    next(place);
  }

  function next(from: Place): void {
    const piece = from.pieces[from.at];
    spoken = undefined;
    if (piece === undefined) place = undefined;
    else {
      const lang = languageOf(piece, bodyOf(from.id)?.lang || languageAround(element));
      const utterance = Object.assign(new Utterance(piece), {lang});
      utterance.voice = voiceFor(synthesis.getVoices(), lang) ?? null;
      utterance.onend = () => {
        if (spoken !== utterance) return;
        from.at++;
        next(from);
      };
      utterance.onerror = ({error}) => {
        if (spoken !== utterance) return;
        spoken = undefined;
        if (!/^(canceled|interrupted)$/.test(error)) complain(texts().unreadable);
        draw();
      };
      spoken = utterance;
      synthesis.speak(utterance);
    }
    draw();
  }

  function stop(): void {
    if (!spoken) return;
    spoken = undefined;
    synthesis.cancel();
    draw();
  }

  /** Draws only if something changed, since it draws all messages. */
  function draw(): void {
    const now = `${element.voice} ${synthesis.getVoices().length > 0} ${texts().readAloud} ${spoken && place?.id}`;
    if (now === drawn) return;
    drawn = now;
    addTool(tool);
  }

  function update(): void {
    const id = inside().controller.state?.info.id;
    const isGone = place && !element.messages.some(({id}) => id === place?.id);
    if (id !== conversationId || isGone) {
      stop();
      place = undefined;
    } else if (!isShown()) stop();
    conversationId = id;
    draw();
  }

  element.addController({
    hostUpdated: update,
    hostConnected() {
      synthesis.addEventListener?.('voiceschanged', draw);
      addEventListener('pagehide', stop); // Otherwise reading would go on during the next page.
    },
    hostDisconnected() {
      stop();
      synthesis.removeEventListener?.('voiceschanged', draw);
      removeEventListener('pagehide', stop);
    },
  });
  update();
  return {stop};
}
