/** Milliseconds as whole minutes and seconds, in the user's language. */
export function durationOf(time: number, lang: string): string {
  const whole = Math.round(time / 1000);
  const say = (count: number, unit: string) =>
    new Intl.NumberFormat(lang, {style: 'unit', unit, unitDisplay: 'short'}).format(count);
  const minutes = Math.floor(whole / 60);
  const rest = say(whole % 60, 'second');
  return minutes > 0 ? `${say(minutes, 'minute')} ${rest}` : rest;
}
