/** English, which the element speaks by itself: for pages that build their own strings on it. */
export {english as strings} from '../ui/strings.ts';
