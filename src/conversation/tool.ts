import type {ToolDefinition} from '../protocol/completion.ts';
import type {JsonObject} from '../protocol/json.ts';
import type {ToolCallPart} from '../protocol/message.ts';

/** What a tool is called with beside its arguments. */
export interface ToolContext {
  /** Aborts when the user stops the answer. What comes of the tool then is ignored. */
  readonly signal: AbortSignal;
  readonly call: ToolCallPart;
}

/** A function whose arguments may be declared more narrowly: what it is called with was checked by the tool's schema. */
type OfArguments<Result> = {call(args: JsonObject): Result}['call'];

/** A function of the page that the model may call. */
export interface Tool extends ToolDefinition {
  /**
   * Its value, or what its promise resolves with, is sent to the model: as JSON if it is that, else as text. What it
   * throws is sent as an error. Calls of one round run side by side.
   */
  run(args: JsonObject, context: ToolContext): unknown;
  /** Whether a person is to allow the call first, of all calls or by their arguments. Default: nobody is asked. */
  readonly needsApproval?: boolean | OfArguments<boolean | Promise<boolean>>;
}

/** Whether a call may be run. Asked of each; `needsApproval` means that only a person may allow it. */
export type ApproveTool = (
  call: ToolCallPart,
  asks: {readonly needsApproval: boolean; readonly signal: AbortSignal},
) => boolean | Promise<boolean>;

export interface ToolOptions {
  /** What the model may call in this page. */
  readonly tools?: readonly Tool[] | undefined;
  /** Without it calls that need an approval are denied, and all others run. */
  readonly approveTool?: ApproveTool;
  /** How often the model may call tools in one answer. Each round is one more request. Default 8. */
  readonly maxToolRounds?: number;
}
