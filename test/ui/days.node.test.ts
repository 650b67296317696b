import assert from 'node:assert/strict';
import {afterEach, describe, it} from 'node:test';
import {dayName, daysOf, startOfDay, wholeTime} from '../../src/ui/days.ts';

const HOUR = 3_600_000;
const zone = process.env['TZ'];

/** Node reads the zone anew whenever it is set. */
function inZone(name: string): void {
  process.env['TZ'] = name;
}

const messagesAt = (...times: string[]) =>
  times.map((time, at) => ({id: `${at}`, createdAt: Date.parse(time)}));
const at = (time: string) => Date.parse(time);

describe('the days of a conversation', () => {
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else inZone(zone);
  });

  it('begin with the first message of each, and are none while all is of today', () => {
    inZone('UTC');
    const messages = messagesAt(
      '2026-03-01T23:59:59.999Z',
      '2026-03-02T00:00:00Z',
      '2026-03-02T09:00:00Z',
      '2026-03-05T08:00:00Z',
    );
    const now = at('2026-03-05T12:00:00Z');
    assert.deepEqual([...daysOf(messages, now).keys()], ['0', '1', '3']);
    assert.deepEqual([...daysOf(messages.slice(3), now).keys()], []);
    assert.deepEqual([...daysOf(messages.slice(1, 3), now).keys()], ['1']);
    assert.deepEqual([...daysOf([], now).keys()], []);
    assert.deepEqual([...daysOf(messages.slice(3), at('2026-03-06T00:00:00Z')).keys()], ['3']);
  });

  it('are those of where it is read', () => {
    const messages = messagesAt('2026-03-01T23:30:00Z', '2026-03-02T00:30:00Z', '2026-03-02T10:30:00Z');
    const starts = (name: string) => {
      inZone(name);
      return [...daysOf(messages, at('2026-03-09T00:00:00Z')).keys()];
    };
    assert.deepEqual(starts('UTC'), ['0', '1']);
    assert.deepEqual(starts('America/New_York'), ['0', '2']);
    assert.deepEqual(starts('Pacific/Kiritimati'), ['0', '2']);
    assert.deepEqual(starts('Asia/Kolkata'), ['0']);
  });

  it('have 23 or 25 hours where the clocks are changed', () => {
    inZone('Europe/Berlin');
    for (const [noon, hours] of [
      ['2026-03-29T12:00:00+02:00', 23],
      ['2026-10-25T12:00:00+01:00', 25],
      ['2026-06-01T12:00:00+02:00', 24],
    ] as const) {
      assert.equal((startOfDay(at(noon), 1) - startOfDay(at(noon))) / HOUR, hours);
    }
    const now = at('2026-03-30T00:10:00+02:00');
    assert.equal(dayName(at('2026-03-29T00:10:00+01:00'), now, 'en'), 'Yesterday');
    assert.notEqual(dayName(at('2026-03-28T23:50:00+01:00'), now, 'en'), 'Yesterday');
  });

  it('are named in the words of the language', () => {
    inZone('UTC');
    const now = at('2026-03-05T12:00:00Z');
    const names = (lang: string) =>
      ['2026-03-05T00:00:00Z', '2026-03-04T23:59:00Z', '2026-03-02T10:00:00Z', '2025-12-31T10:00:00Z'].map(
        time => dayName(at(time), now, lang),
      );
    assert.deepEqual(names('en'), ['Today', 'Yesterday', 'Monday, March 2', 'Wednesday, December 31, 2025']);
    assert.deepEqual(names('de'), ['Heute', 'Gestern', 'Montag, 2. März', 'Mittwoch, 31. Dezember 2025']);
    assert.deepEqual(names('es'), ['Hoy', 'Ayer', 'Lunes, 2 de marzo', 'Miércoles, 31 de diciembre de 2025']);
    assert.deepEqual(names('ja'), ['今日', '昨日', '3月2日月曜日', '2025年12月31日水曜日']);
    assert.match(names('tr')[0]!, /^B/);
  });

  it('tell of a message when exactly it was, and how long ago', () => {
    inZone('UTC');
    const now = at('2026-03-05T12:00:00Z');
    const whole = (time: string) => wholeTime(at(time), now, 'en').replaceAll('\u202f', ' ');
    assert.equal(whole('2026-03-05T11:59:40Z'), 'Thursday, March 5, 2026 at 11:59 AM (this minute)');
    assert.equal(whole('2026-03-05T11:18:00Z'), 'Thursday, March 5, 2026 at 11:18 AM (42 minutes ago)');
    assert.equal(whole('2026-03-05T08:00:00Z'), 'Thursday, March 5, 2026 at 8:00 AM (4 hours ago)');
    assert.equal(whole('2026-03-04T23:00:00Z'), 'Wednesday, March 4, 2026 at 11:00 PM (yesterday)');
    assert.equal(whole('2026-02-20T23:00:00Z'), 'Friday, February 20, 2026 at 11:00 PM (13 days ago)');
  });
});
