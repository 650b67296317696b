import type {CompletionRequest} from '../../src/protocol/completion.ts';

/** A request with everything that a request can have, except a continuation. */
export const wholeRequest: CompletionRequest = {
  messages: [
    {role: 'user', content: 'One?'},
    {role: 'assistant', content: 'Two.'},
    {role: 'user', content: 'Three?'},
  ],
  conversationId: 'c',
  model: 'm',
  temperature: 0,
  maxTokens: 9,
  stopSequences: ['END'],
  instructions: 'Be brief.',
  includeUsage: true,
};
