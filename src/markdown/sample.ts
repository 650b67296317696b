/** What answers contain and other text does not: each part takes a font and code of its own. */
export const SAMPLE = '# a\n\n- **b** *c* `d`\n';
