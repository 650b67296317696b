/** Marks a text as a style sheet, for editors and for the build, which takes its comments and white space out. */
export const css = ([text]: TemplateStringsArray): string => text ?? '';
