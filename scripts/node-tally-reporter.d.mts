/** See `node-tally-reporter.mjs`: yields one `Tally` as JSON. */
export default function nodeTally(source: Iterable<object> | AsyncIterable<object>): AsyncGenerator<string>;
