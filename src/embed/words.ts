/** What the launcher says before the element, with its own strings, has been loaded. */
export interface LauncherWords {
  /** The button's name. */
  readonly label: string;
  readonly failed: string;
  readonly retry: string;
}

type Words = readonly [label: string, failed: string, retry: string];

const ENGLISH: Words = [
  'Open chat',
  'The chat could not be loaded. Check your connection, or reload the page.',
  'Try again',
];
const WORDS: ReadonlyMap<string, Words> = new Map([
  ['ar', ['فتح الدردشة', 'تعذّر تحميل الدردشة. تحقّق من الاتصال أو أعد تحميل الصفحة.', 'إعادة المحاولة']],
  [
    'de',
    [
      'Chat öffnen',
      'Der Chat konnte nicht geladen werden. Prüfen Sie die Verbindung oder laden Sie die Seite neu.',
      'Erneut versuchen',
    ],
  ],
  [
    'es',
    [
      'Abrir el chat',
      'No se ha podido cargar el chat. Compruebe la conexión o vuelva a cargar la página.',
      'Reintentar',
    ],
  ],
  [
    'fr',
    [
      'Ouvrir le chat',
      "Le chat n'a pas pu être chargé. Vérifiez la connexion ou rechargez la page.",
      'Réessayer',
    ],
  ],
]);

/** `language` is a BCP 47 tag; only its first subtag counts. Unknown languages read English. */
export function launcherWords(language: string): LauncherWords {
  const name = language.toLowerCase().split('-', 1)[0] ?? '';
  const [label, failed, retry] = WORDS.get(name) ?? ENGLISH;
  return {label, failed, retry};
}
