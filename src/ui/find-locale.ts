import {type ChatStrings, english} from './strings.ts';

type Load = () => Promise<{readonly strings: ChatStrings}>;

/** Keyed by language, or by language and script where readers of one script do not read the other. */
const LOCALES: Readonly<Record<string, Load>> = {
  ar: () => import('../locales/ar.ts'),
  bn: () => import('../locales/bn.ts'),
  cs: () => import('../locales/cs.ts'),
  de: () => import('../locales/de.ts'),
  es: () => import('../locales/es.ts'),
  fa: () => import('../locales/fa.ts'),
  fr: () => import('../locales/fr.ts'),
  he: () => import('../locales/he.ts'),
  hi: () => import('../locales/hi.ts'),
  id: () => import('../locales/id.ts'),
  it: () => import('../locales/it.ts'),
  ja: () => import('../locales/ja.ts'),
  ko: () => import('../locales/ko.ts'),
  nl: () => import('../locales/nl.ts'),
  pl: () => import('../locales/pl.ts'),
  pt: () => import('../locales/pt-BR.ts'),
  ru: () => import('../locales/ru.ts'),
  sv: () => import('../locales/sv.ts'),
  th: () => import('../locales/th.ts'),
  tr: () => import('../locales/tr.ts'),
  uk: () => import('../locales/uk.ts'),
  vi: () => import('../locales/vi.ts'),
  'zh-Hans': () => import('../locales/zh-Hans.ts'),
  'zh-Hant': () => import('../locales/zh-Hant.ts'),
};

/**
 * The texts for a BCP 47 tag, by its most likely language and script: `de-AT` finds German, `zh-TW` the traditional
 * characters, and the old `iw` Hebrew. Also takes `pt_BR`, which many pages write. Numbers are formatted for the tag.
 * @param own The page's own strings, if any. Then, in a language without a locale, missing ones are English, but
 * numbers are formatted for that language.
 */
export async function findLocale(tag: string, own?: unknown): Promise<ChatStrings> {
  let locale: Intl.Locale;
  try {
    locale = new Intl.Locale(tag.replaceAll('_', '-'));
  } catch {
    return english;
  }
  const {language, script} = locale.maximize();
  const load = LOCALES[language] ?? LOCALES[`${language}-${script}`];
  if (!load && !own && language !== 'en') return english;
  return {...((await load?.())?.strings ?? english), lang: `${locale}`};
}
