import type {ToolCallPart} from '../protocol/message.ts';
import {withoutLoneSurrogate} from '../transport/stitcher.ts';
import type {Tool, ToolOptions} from './tool.ts';
import {readArguments} from './tool-arguments.ts';
import {untilAborted} from './until-aborted.ts';

/** UTF-16 units of a result's JSON: about 16,000 tokens, which is more than a model can make use of. */
const MAX_RESULT = 65_536;

interface CallHost {
  readonly options: ToolOptions;
  readonly signal: AbortSignal;
  /** By the monotonic clock. */
  now(): number;
  save(): Promise<void>;
}

/**
 * Runs a call, if it may run. It gets a result in any case, because a call without one spoils the conversation. Only if
 * the user stops it does it stay as it is.
 */
export async function runCall(
  call: ToolCallPart,
  host: CallHost,
  put: (change: Partial<ToolCallPart>) => void,
): Promise<void> {
  const {signal, options} = host;
  const {tools = [], approveTool} = options;
  let began: number | undefined;
  const end = (state: ToolCallPart['state'], result: unknown) => {
    const duration = began === undefined ? 0 : host.now() - began; // Without the wait for approval.
    put({state, result: bounded(result), ...((duration || call.duration) && {duration})});
  };
  const fail = (result: string, state: 'failed' | 'denied' = 'failed') => end(state, result);
  const tool = tools.find(({name}) => name === call.name);
  if (!tool) return fail(`There is no tool "${call.name}".`);
  const args = readArguments(call.arguments, tool);
  if (typeof args === 'string') return fail(args);
  try {
    const needsApproval = await untilAborted(signal, () => mustAsk(tool, args, call, options));
    if (needsApproval) put({state: 'waiting'});
    const allowed = await untilAborted(signal, () =>
      approveTool ? approveTool(call, {needsApproval, signal}) : !needsApproval,
    );
    if (allowed !== true) return fail('This call was denied.', 'denied');
    put({state: 'running'});
    await host.save(); // After a reload, it must be known that the tool may have run.
    began = host.now();
    end('done', await untilAborted(signal, () => tool.run(args, {signal, call})));
  } catch (error) {
    if (!signal.aborted) fail(saidBy(error));
  }
}

/** Anything can be thrown, even what cannot become a string. */
function saidBy(error: unknown): string {
  try {
    return `${(error as Error | undefined)?.message || error}`;
  } catch {
    return 'The tool failed.';
  }
}

/** A call that was cut while it ran may have had its effect, so a person is asked before it runs again. */
function mustAsk(
  {needsApproval = false}: Tool,
  args: object,
  {state}: ToolCallPart,
  {approveTool}: ToolOptions,
): boolean | Promise<boolean> {
  if (state === 'running' && approveTool) return true;
  return typeof needsApproval === 'function' ? needsApproval({...args}) : needsApproval;
}

/** A plain JSON value, short enough for a request. What is not JSON becomes text. */
function bounded(value: unknown): unknown {
  const text = jsonOf(value);
  if (text.length <= MAX_RESULT) return JSON.parse(text);
  const kept = withoutLoneSurrogate((typeof value === 'string' ? value : text).slice(0, MAX_RESULT));
  return `${kept}\n[The rest was left out: the result has ${text.length} characters.]`;
}

function jsonOf(value: unknown): string {
  try {
    // `undefined` becomes `null`; a function, which has no JSON, becomes text.
    return JSON.stringify(value ?? null) ?? JSON.stringify(`${value}`);
  } catch {
    return JSON.stringify(`${value}`);
  }
}
