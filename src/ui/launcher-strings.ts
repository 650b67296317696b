import type {LauncherStrings} from './strings.ts';

/** Loaded where the launcher can be moved. */
export const english: LauncherStrings = {
  move: 'Move the chat button',
  topLeft: 'Top left',
  topRight: 'Top right',
  middleLeft: 'Middle left',
  middleRight: 'Middle right',
  bottomLeft: 'Bottom left',
  bottomRight: 'Bottom right',
};
