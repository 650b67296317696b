import {withoutLoneSurrogate} from '../transport/stitcher.ts';
import {sentenceEnds} from './plain-text.ts';

/** UTF-16 units. Chromium cuts off an utterance by a network voice after some 15 s (bug 679437); these take less. */
const LONGEST = 180;

/** Languages that can be recognised by their script. For Latin script, the page decides. */
const SCRIPTS: readonly (readonly [pattern: RegExp, lang: string])[] = [
  [/\p{sc=Arab}/gu, 'ar'],
  [/\p{sc=Hebr}/gu, 'he'],
  [/\p{sc=Deva}/gu, 'hi'],
  [/\p{sc=Beng}/gu, 'bn'],
  [/\p{sc=Thai}/gu, 'th'],
  [/\p{sc=Hang}/gu, 'ko'],
  [/[\p{sc=Hira}\p{sc=Kana}]/gu, 'ja'],
  [/\p{sc=Han}/gu, 'zh'],
  [/\p{sc=Cyrl}/gu, 'ru'],
  [/\p{sc=Grek}/gu, 'el'],
];
/** Languages that share the script of another one. */
const SAME: Readonly<Record<string, string>> = {
  fa: 'ar',
  ur: 'ar',
  mr: 'hi',
  ne: 'hi',
  uk: 'ru',
  be: 'ru',
  bg: 'ru',
  sr: 'ru',
};

const primary = (tag: string): string => tag.split(/[-_]/, 1)[0]!.toLowerCase();

/** A text in pieces that are spoken one after the other: sentences, and parts of long ones. */
export function utterancesOf(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const end of [...sentenceEnds(text), text.length]) {
    let rest = text.slice(from, end);
    from = end;
    while (rest.length > LONGEST) {
      const most = rest.slice(0, LONGEST);
      // Where a speaker would breathe, else between words, else anywhere but within a character.
      const cut =
        /^.{40,}[,;:，、；：،—](?=\s|[\u3000-\uffef])/su.exec(most)?.[0].length ??
        /^.+\s/su.exec(most)?.[0].length ??
        withoutLoneSurrogate(most).length;
      pieces.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    pieces.push(rest);
  }
  return pieces.map(piece => piece.trim()).filter(piece => /[\p{L}\p{N}]/u.test(piece));
}

/** The language of a text: what the page declares, unless most of its letters are of another script. */
export function languageOf(text: string, tag: string): string {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const counts = SCRIPTS.map(([pattern, lang]) => ({lang, letters: count(pattern)})).filter(
    ({letters}) => letters > 0,
  );
  const most = counts.sort((a, b) => b.letters - a.letters)[0];
  if (!most || most.letters < count(/\p{sc=Latn}/gu)) return tag;
  // Japanese also uses Chinese characters; Chinese uses nothing else.
  const kana = counts.find(({lang}) => lang === 'ja');
  const lang = most.lang === 'zh' && kana ? 'ja' : most.lang;
  const own = primary(tag);
  const isSame = own === lang || SAME[own] === lang || (own === 'ja' && lang === 'zh');
  return isSame ? tag : lang;
}

/** The voice for a language. Preferably one on the device, to which nothing is sent, and the user's default there. */
export function voiceFor<Voice extends Pick<SpeechSynthesisVoice, 'lang' | 'localService' | 'default'>>(
  voices: readonly Voice[],
  tag: string,
): Voice | undefined {
  const wanted = tag.toLowerCase();
  const worth = ({lang, localService, default: chosen}: Voice): number =>
    Number(lang.replace('_', '-').toLowerCase() === wanted) * 4 + Number(localService) * 2 + Number(chosen);
  const [best] = voices
    .filter(({lang}) => primary(lang) === primary(tag))
    .sort((a, b) => worth(b) - worth(a));
  return best;
}
