/**
 * What messages need once one has a block with buttons, is copied or edited, or is not drawn at first. In one chunk,
 * since every page pays for the name of each chunk.
 */
export {richText} from '../markdown/rich-text.ts';
export {addButtons} from './block-buttons.ts';
export {earlierMessages} from './earlier-messages.ts';
export {editMessage} from './message-editor.ts';
