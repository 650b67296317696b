import {chatCompletions} from './chat-completions.ts';
import {agUi, aiSdk, dify, flowise, langGraph, langServe, n8n} from './frameworks.ts';
import {plain} from './plain.ts';
import {anthropic, cohere, gemini, interactions, ollama, responses} from './providers.ts';
import type {WireSample} from './wire-sample.ts';

export type {SampleReading, WireSample} from './wire-sample.ts';

/** What every kind of server sends. */
export const wireSamples: readonly WireSample[] = [
  ...chatCompletions,
  ...responses,
  ...anthropic,
  ...gemini,
  ...interactions,
  ...ollama,
  ...cohere,
  ...aiSdk,
  ...agUi,
  ...langGraph,
  ...langServe,
  ...dify,
  ...flowise,
  ...n8n,
  ...plain,
];
