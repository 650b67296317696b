/** The launcher's texts until the element, with its own strings, has been loaded. */
export interface LauncherWords {
  /** The button's name. */
  readonly label: string;
  readonly failed: string;
  /** On the button that tries again. */
  readonly retry: string;
}

/**
 * One line per language: its tag (a regular expression), the label, and the failure message where there was room for
 * it. Only the last line also has "Try again"; elsewhere that button repeats the label. A single string in this order,
 * since that compresses best. The last line is for all other languages.
 */
const WORDS = `fr/Ouvrir le chat/Échec du chargement.
es/Abrir el chat/No se pudo cargar.
pt/Abrir o chat/Falha ao carregar.
it/Apri la chat/Caricamento non riuscito.
id/Buka obrolan/Gagal memuat.
nl/Chat openen/Laden is mislukt.
vi/Mở trò chuyện
tr/Sohbeti aç/Yüklenemedi.
cs/Otevřít chat/Načtení se nezdařilo.
pl/Otwórz czat/Nie udało się wczytać.
ru/Открыть чат/Не удалось загрузить.
uk/Відкрити чат
ar/فتح الدردشة/تعذّر التحميل.
fa/باز کردن گفتگو
he/פתיחת הצ׳אט
hi/चैट खोलें
bn/চ্যাট খুলুন
th/เปิดแชท
ko/채팅 열기/불러오지 못했습니다.
sv/Öppna chatten
ja/チャットを開く/読み込めませんでした。
zh-(tw|hk|hant)/開啟聊天/載入失敗。
zh/打开聊天/加载失败。
de/Chat öffnen/Laden fehlgeschlagen.
.*/Open chat/The chat could not be loaded./Try again`;

/** `language` is a BCP 47 tag. Falls back to English. */
export function launcherWords(language: string): LauncherWords {
  const lines = WORDS.split('\n').map(line => line.split('/'));
  const found = lines.find(([tag]) => RegExp(`^${tag}(?!\\w)`, 'i').test(language));
  const [, label = '', failed = lines.at(-1)![2]!, retry = label] = found!;
  return {label, failed, retry};
}
