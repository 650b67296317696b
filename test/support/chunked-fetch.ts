export interface ChunkedBody {
  readonly chunks: readonly Uint8Array[];
  /** How the body ends, after all of it was read. Default `eof`. */
  readonly end?: 'eof' | 'reset';
  readonly status?: number;
  /** Default: those of an event stream. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A `fetch` without sockets that answers each request with the next of these bodies, and repeats the last one. */
export function chunkedFetch(...bodies: readonly ChunkedBody[]): typeof globalThis.fetch & {
  requests: {readonly url: string; readonly init: RequestInit}[];
} {
  const requests: {url: string; init: RequestInit}[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const body = bodies[Math.min(requests.length, bodies.length - 1)];
    if (!body) throw new TypeError('There is no body to answer with.');
    requests.push({url: String(input), init});
    return respond(body);
  };
  return Object.assign(fetch, {requests});
}

function respond({chunks, end = 'eof', status = 200, headers}: ChunkedBody): Response {
  let next = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[next++];
        if (chunk) controller.enqueue(chunk);
        else if (end === 'eof') controller.close();
        else controller.error(new TypeError('terminated'));
      },
    },
    {highWaterMark: 0},
  );
  return new Response(body, {status, headers: headers ?? {'content-type': 'text/event-stream'}});
}
