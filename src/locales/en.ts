import type {ChatStrings} from '../element.ts';
import {english as attachments} from '../ui/attachment-strings.ts';
import {english as blocks} from '../ui/block-strings.ts';
import {english as branches} from '../ui/branch-strings.ts';
import {english as list} from '../ui/conversation-list-strings.ts';
import {english as editor} from '../ui/editor-strings.ts';
import {english as feedback} from '../ui/feedback-strings.ts';
import {english as bubble} from '../ui/greeting-bubble-strings.ts';
import {english as launcher} from '../ui/launcher-strings.ts';
import {english as omitted} from '../ui/omitted-strings.ts';
import {english as parts} from '../ui/parts-strings.ts';
import {english as queue} from '../ui/queue-strings.ts';
import {english as quote} from '../ui/quote-strings.ts';
import {english} from '../ui/strings.ts';
import {english as tools} from '../ui/tool-strings.ts';
import {english as voice} from '../ui/voice-strings.ts';
import {english as waiting} from '../ui/waiting-strings.ts';

/** English, the element's default. For pages that build their own strings on it. */
export const strings: ChatStrings = {
  ...english,
  ...blocks,
  ...bubble,
  ...omitted,
  ...quote,
  ...waiting,
  list,
  parts,
  tools,
  attachments,
  editor,
  branches,
  feedback,
  launcher,
  queue,
  voice,
};
