export {adoptAnew, adoptStyles} from '../markdown/adopt-styles.ts';
