import type {Dialect} from './dialect.ts';
import {isObject, type JsonObject} from './json.ts';

/** Stands before the id of a stream that its dialect takes up; no `X-Stream-Id` can begin so. */
const OWN = '\n';

/**
 * How a dialect's servers send the rest of an answer that goes on without us: `GET {endpoint}/{id}` with a cursor in the
 * query. `X-Stream-Id`, where a server sends it, goes before it.
 * @param streamIn The id that the event offers the stream under, if it does.
 * @param placeIn Where the event stands in the stream.
 */
export function ownResume(
  cursor: string,
  streamIn: (json: JsonObject) => string | undefined,
  placeIn: (json: JsonObject) => string | undefined,
): Required<Pick<Dialect, 'placeOf' | 'encodeResume'>> {
  return {
    placeOf({json}, stream) {
      if (!isObject(json)) return undefined;
      const id = streamIn(json);
      if (id) stream.streamId ??= OWN + id;
      return stream.streamId?.startsWith(OWN) ? placeIn(json) : undefined;
    },

    encodeResume(url, {streamId, lastEventId}) {
      if (!streamId.startsWith(OWN)) return undefined;
      url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(streamId.slice(OWN.length))}`;
      url.searchParams.set('stream', 'true');
      url.searchParams.set(cursor, lastEventId);
      return {body: undefined};
    },
  };
}
