/** Marks a string as a style sheet, for editors and for the build, which removes its comments and whitespace. */
export const css = ([text]: TemplateStringsArray): string => text ?? '';
