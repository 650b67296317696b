import {fixture, fixtureNames} from '../fixtures.ts';
import {readAnthropic} from './anthropic.ts';
import {readChatCompletions} from './chat-completions.ts';
import {readCohere} from './cohere.ts';
import {readGemini, readInteractions} from './gemini.ts';
import type {Payload, PlainReading} from './plain-reading.ts';
import {readResponses} from './responses.ts';

/** A recorded stream, and what it says. */
export interface Recording {
  readonly name: string;
  readonly payloads: readonly string[];
  /** Its dialect. */
  readonly dialect: string;
  readonly reading: PlainReading;
  /** What its first `count` payloads say. */
  readonly read: (count: number) => PlainReading;
  /** Whether the provider closes its stream with `[DONE]`. */
  readonly done: boolean;
  /** The event name that the provider sends with a payload, if it sends names. */
  readonly eventOf?: ((payload: string) => string) | undefined;
}

interface Kind {
  readonly dialect: string;
  readonly read: (payloads: readonly Payload[]) => PlainReading;
  /** The field of a payload that is repeated in its `event:` line. */
  readonly named?: string;
}

const KINDS: readonly [(payload: Payload) => boolean, Kind][] = [
  [({choices}) => Array.isArray(choices), {dialect: 'openai', read: readChatCompletions}],
  [
    ({type}) => `${type}`.startsWith('response.'),
    {dialect: 'openai-responses', read: readResponses, named: 'type'},
  ],
  [({type}) => type === 'message_start', {dialect: 'anthropic', read: readAnthropic, named: 'type'}],
  [({type}) => type === 'message-start', {dialect: 'cohere', read: readCohere, named: 'type'}],
  [({candidates}) => Array.isArray(candidates), {dialect: 'gemini', read: readGemini}],
  [
    ({event_type}) => event_type !== undefined,
    {dialect: 'gemini-interactions', read: readInteractions, named: 'event_type'},
  ],
];

/** Every recorded stream. */
export function recordings(): Recording[] {
  return fixtureNames().map(name => {
    const payloads = fixture(name);
    const parsed: Payload[] = payloads.map(payload => JSON.parse(payload));
    const kind = KINDS.find(([is]) => is(parsed[0]))?.[1];
    if (!kind) throw new Error(`Nothing reads ${name}.`);
    const {dialect, read, named} = kind;
    return {
      name,
      payloads,
      dialect,
      reading: read(parsed),
      read: count => read(parsed.slice(0, count)),
      done: read === readChatCompletions,
      eventOf: named === undefined ? undefined : payload => JSON.parse(payload)[named],
    };
  });
}
