import {findLocale} from './find-locale.ts';
import type {ChatSettings} from './settings.ts';
import {type ChatStrings, fill, type PluralText} from './strings.ts';

/** The page's own strings; where it has none, those of its language; and where that has none, the English ones. */
export async function findStrings(tag: string, own: ChatSettings['strings']): Promise<ChatStrings> {
  const locale = await findLocale(tag, own);
  const {lang} = locale;
  const merged: Record<string, unknown> = {...locale};
  for (const [name, text] of Object.entries(own ?? {})) {
    const isGroup = typeof text === 'object' && !('other' in text);
    merged[name] = isGroup ? {...(merged[name] as object), ...text} : text;
  }
  return {...(merged as unknown as ChatStrings), lang, say: (text, count) => say(lang, text, count)};
}

/** The plural form of the text for a number, which is formatted for the language. */
function say(lang: string, text: PluralText, count: number): string {
  const forms: {readonly [form: string]: string} = typeof text === 'string' ? {} : text;
  const form = forms[new Intl.PluralRules(lang).select(count)] ?? forms['other'] ?? `${text}`;
  const when = new Intl.RelativeTimeFormat(lang).format(count, 'second');
  return fill(fill(form, 'count', count.toLocaleString(lang)), 'when', when);
}
