/** The content of a `data:` URL; `undefined` if it is malformed. */
export function bytesOf(data: string): Uint8Array<ArrayBuffer> | undefined {
  const [, coding, content = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(data) ?? [];
  try {
    const text = coding ? atob(content) : decodeURIComponent(content);
    return coding ? Uint8Array.from(text, char => char.charCodeAt(0)) : new TextEncoder().encode(text);
  } catch {
    return undefined;
  }
}

/** Saves the content of a `data:` URL as mere bytes, so that no browser opens it as a page. */
export function save(data: string, name: string): void {
  const bytes = bytesOf(data);
  if (!bytes) return;
  const href = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
  Object.assign(document.createElement('a'), {href, download: name || 'file'}).click();
  setTimeout(() => URL.revokeObjectURL(href));
}
