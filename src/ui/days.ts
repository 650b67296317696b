/** The start of the local day, in milliseconds since the epoch; `after` days later. */
export function startOfDay(time: number, after = 0): number {
  const date = new Date(time);
  date.setDate(date.getDate() + after); // Not by hours: days differ in length.
  return date.setHours(0, 0, 0, 0);
}

/** The id of the first message of each day, with its time; none while all messages are of today. */
export function daysOf(
  messages: readonly {readonly id: string; readonly createdAt: number}[],
  now: number,
): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  let from = 0;
  let to = 0;
  for (const {id, createdAt} of messages) {
    if (createdAt >= from && createdAt < to) continue;
    days.set(id, createdAt);
    from = startOfDay(createdAt);
    to = startOfDay(createdAt, 1);
  }
  return days.size === 1 && from === startOfDay(now) ? new Map() : days;
}

/** "Today", "Yesterday", or the date, with the year if it is another one; in the user's language. */
export function dayName(time: number, now: number, lang: string): string {
  const isDay = (after: number) => startOfDay(time) === startOfDay(now, after);
  const relative = [0, -1].find(isDay);
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  const name =
    relative === undefined
      ? new Intl.DateTimeFormat(lang, {
          weekday: 'long',
          day: 'numeric',
          month: 'long',
          ...(!isThisYear && {year: 'numeric'}),
        }).format(time)
      : new Intl.RelativeTimeFormat(lang, {numeric: 'auto'}).format(relative, 'day');
  const [letter = ''] = name;
  return letter.toLocaleUpperCase(lang) + name.slice(letter.length);
}

export const wholeDate = (time: number, lang: string): string =>
  new Intl.DateTimeFormat(lang, {dateStyle: 'full'}).format(time);

/** The exact time, and how long ago that was. */
export function wholeTime(time: number, now: number, lang: string): string {
  const exact = new Intl.DateTimeFormat(lang, {dateStyle: 'full', timeStyle: 'short'}).format(time);
  return `${exact} (${timeAgo(time, now, lang)})`;
}

/** How long ago that was, in the largest unit that fits. */
export function timeAgo(time: number, now: number, lang: string): string {
  const days = Math.round((startOfDay(time) - startOfDay(now)) / 86_400_000);
  const minutes = Math.round((time - now) / 60_000);
  const format = new Intl.RelativeTimeFormat(lang, {numeric: 'auto'});
  return days
    ? format.format(days, 'day')
    : Math.abs(minutes) < 60
      ? format.format(minutes, 'minute')
      : format.format(Math.round(minutes / 60), 'hour');
}
