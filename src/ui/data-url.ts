/** What is in a `data:` URL; `undefined` if that is broken. */
export function bytesOf(data: string): Uint8Array<ArrayBuffer> | undefined {
  const [, coding, content = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(data) ?? [];
  try {
    const text = coding ? atob(content) : decodeURIComponent(content);
    return coding ? Uint8Array.from(text, char => char.charCodeAt(0)) : new TextEncoder().encode(text);
  } catch {
    return undefined;
  }
}

/** Saves what is in the message itself. As bytes and no more: no page of it is opened. */
export function save(data: string, name: string): void {
  const bytes = bytesOf(data);
  if (!bytes) return;
  const href = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
  Object.assign(document.createElement('a'), {href, download: name || 'file'}).click();
  setTimeout(() => URL.revokeObjectURL(href));
}
