import type {ToolDefinition} from '../protocol/completion.ts';
import type {JsonObject} from '../protocol/json.ts';
import type {ToolCallPart} from '../protocol/message.ts';

/** What a tool is given beside its arguments. */
export interface ToolContext {
  /** Aborts when the user stops the answer. The tool's result is then ignored. */
  readonly signal: AbortSignal;
  readonly call: ToolCallPart;
}

/** A function that may declare its arguments more narrowly, because they were checked against the tool's schema. */
type OfArguments<Result> = {call(args: JsonObject): Result}['call'];

/** A function of the page that the model may call. */
export interface Tool extends ToolDefinition {
  /**
   * What it returns, or its promise resolves with, is sent to the model: as JSON if it can be, otherwise as text. What
   * it throws is sent as an error. Calls of one round run concurrently.
   */
  run(args: JsonObject, context: ToolContext): unknown;
  /** Whether a person must allow calls first: all of them, or depending on the arguments. Default: nobody is asked. */
  readonly needsApproval?: boolean | OfArguments<boolean | Promise<boolean>>;
}

/** Decides whether a call may run. Called for each; `needsApproval` means that only a person may allow it. */
export type ApproveTool = (
  call: ToolCallPart,
  asks: {readonly needsApproval: boolean; readonly signal: AbortSignal},
) => boolean | Promise<boolean>;

export interface ToolOptions {
  /** The page's functions that the model may call. */
  readonly tools?: readonly Tool[] | undefined;
  /** Without it, calls that need approval are denied and all others run. */
  readonly approveTool?: ApproveTool;
  /** How often the model may call tools in one answer. Each round is one more request. Default 8. */
  readonly maxToolRounds?: number;
}
