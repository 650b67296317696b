import {type Dialect, RAW, type ServerSentEvent, type WireEvent} from './dialect.ts';
import {parseJson} from './json.ts';
import {createRawFraming, type RawFraming} from './raw-framing.ts';

/**
 * Makes a dialect read every framing: a body that is neither server-sent events nor JSON lines is first cut into
 * events.
 */
export function framedDialect(dialect: Dialect): Dialect {
  return {
    ...dialect,
    decode(event, state) {
      const events = event.event === RAW ? framed(event, state) : [event];
      return events.flatMap(each => dialect.decode(each, state));
    },
  };
}

function framed(
  event: WireEvent & {readonly maxEvent?: number},
  state: Record<string, unknown>,
): WireEvent[] {
  const {data, maxEvent = Number.POSITIVE_INFINITY} = event;
  state['framing'] ??= createRawFraming(maxEvent);
  const framing = state['framing'] as RawFraming;
  return (data === '' ? framing.end(true) : framing.push(data)).map(wireOf);
}

function wireOf({event, data}: ServerSentEvent): WireEvent {
  return {event, data, json: parseJson(data)};
}
