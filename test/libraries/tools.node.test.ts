import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, type Tool} from '../../src/client.ts';
import {startAgUi} from './servers/ag-ui.ts';
import {startAiSdk} from './servers/ai-sdk.ts';

/** What each server says with the result of the tool that it called in the page. */
const servers = [
  {name: 'the AI SDK', start: startAiSdk, path: '/api/page-tool', dialect: 'ai-sdk', says: /"degrees":20/},
  {
    name: 'AG-UI',
    start: startAgUi,
    path: '/agent',
    dialect: 'ag-ui',
    says: /^Let me see\.\n\nIt said: {"city":"Essen","degrees":20}$/,
  },
] as const;

describe('a tool of the page, called by', {timeout: 300_000}, () => {
  for (const {name, start, path, dialect, says} of servers) {
    it(`${name}, is run, and its result is understood`, async () => {
      const server = await start();
      const calls: object[] = [];
      const weather: Tool = {
        name: 'weather',
        parameters: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
        run(args) {
          calls.push(args);
          return {...args, degrees: 20};
        },
      };
      try {
        const conversation = new Conversation({endpoint: server.url + path, dialect, tools: [weather]});
        const answer = await conversation.send('Warm in Essen?');
        assert.deepEqual([answer.status, answer.error], ['complete', undefined]);
        assert.deepEqual(calls, [{city: 'Essen'}]);
        assert.match(answer.text, says);
        assert.equal(server.requests.length, 2);
      } finally {
        await server.close();
      }
    });
  }
});
