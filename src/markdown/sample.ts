/** A text with what answers are made of and other text is not: each of it has a font and functions of its own. */
export const SAMPLE = '# a\n\n- **b** *c* `d`\n';
