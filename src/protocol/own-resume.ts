import type {Dialect} from './dialect.ts';
import {isObject, type JsonObject} from './json.ts';

/** The prefix of a stream id that the dialect found in the stream. `X-Stream-Id`, a header, cannot begin with it. */
const OWN = '\n';

/**
 * Resumes an answer that the server goes on generating without a connection: `GET {endpoint}/{id}`, with a cursor in
 * the query. `X-Stream-Id` takes precedence if the server sends it.
 * @param streamIn The id of the stream, if the event has one and the stream can be resumed.
 * @param placeIn The event's place in the stream.
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
