import {join} from 'node:path';
import {runPython} from '../../demo/servers.ts';
import {startAgUi} from './ag-ui.ts';
import {startAiSdk} from './ai-sdk.ts';
import {startGroq} from './groq.ts';
import {startLangGraph} from './langgraph.ts';
import {ANSWER, type LibraryServer} from './serve.ts';

/** An endpoint of a library's server, and what it is to say. */
export interface LibraryEndpoint {
  readonly path: string;
  /** Set where the page has to say it: nothing in the URL tells how such a server is asked. */
  readonly dialect?: 'ai-sdk' | 'ag-ui';
  /** What it speaks. */
  readonly speaks: string;
  readonly thinks?: boolean;
  readonly calls?: boolean;
  /** The words of its error, where it fails. */
  readonly fails?: string;
}

export interface Library {
  readonly name: string;
  readonly endpoints: readonly LibraryEndpoint[];
  start(): Promise<LibraryServer>;
}

export const libraries: readonly Library[] = [
  {
    name: 'AI SDK (ai, createUIMessageStream)',
    start: startAiSdk,
    endpoints: [
      {path: '/api/chat', dialect: 'ai-sdk', speaks: 'ai-sdk', thinks: true},
      {path: '/api/tool', dialect: 'ai-sdk', speaks: 'ai-sdk', thinks: true, calls: true},
      {path: '/api/text', dialect: 'ai-sdk', speaks: 'ai-sdk'},
      {path: '/api/fails', dialect: 'ai-sdk', speaks: 'ai-sdk', fails: 'Overheated.'},
    ],
  },
  {
    name: 'AG-UI (@ag-ui/encoder)',
    start: startAgUi,
    endpoints: [
      {path: '/agent', dialect: 'ag-ui', speaks: 'ag-ui', thinks: true, calls: true},
      {path: '/fails', dialect: 'ag-ui', speaks: 'ag-ui', thinks: true, calls: true, fails: 'Overheated.'},
    ],
  },
  {
    name: 'LangGraph (@langchain/langgraph)',
    start: startLangGraph,
    endpoints: [
      {path: '/runs/stream', speaks: 'langgraph'},
      {path: '/runs/stream?mode=values', speaks: 'langgraph'},
      {path: '/runs/stream?mode=updates', speaks: 'langgraph'},
    ],
  },
  {
    name: 'Express (groq-sdk)',
    start: startGroq,
    endpoints: [
      {path: '/openai/v1/chat/completions', speaks: 'openai', thinks: true},
      {path: '/api/chunks', speaks: 'openai', thinks: true},
      {path: '/api/chat', speaks: 'token'},
    ],
  },
  {
    name: 'FastAPI',
    async start() {
      const server = await runPython(join(import.meta.dirname, 'fastapi_app.py'), {
        ANSWER: JSON.stringify(ANSWER),
      });
      return {...server, requests: []};
    },
    endpoints: [
      {path: '/api/chat', speaks: 'token'},
      {path: '/api/lines', speaks: 'token'},
      {path: '/api/events', speaks: 'text'},
      {path: '/api/text', speaks: 'text'},
    ],
  },
];

export {ANSWER, echo, THOUGHT} from './serve.ts';
