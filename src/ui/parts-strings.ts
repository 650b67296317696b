import type {PartStrings} from './strings.ts';

/** Loaded with what is shown beside a text. */
export const english: PartStrings = {
  reasoning: 'Reasoning',
  thought: 'Thought for {duration}',
  sources: 'Sources',
  file: 'File',
  refused: 'The assistant declined to answer.',
  details: 'Details',
  requestIds: 'Request: {ids}',
  httpStatus: 'HTTP status {status}',
};
