const STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'none'";
/** The strictest policies under which the chat has to work. */
export const POLICIES = {
  'no styles, no inline code': STRICT,
  'and Trusted Types required': `${STRICT}; require-trusted-types-for 'script'`,
  "and only the widget's own policy": `${STRICT}; require-trusted-types-for 'script'; trusted-types sse-chat#lit`,
} as const;
/** An answer with what needs styles, lazy code and mathematics. */
export const MARKDOWN = [
  '# Title\n\n',
  'Some **bold** and `code`.\n\n',
  '```js\nlet x = 1;\n```\n\n',
  '- one\n- two\n\n',
  'And $\\sqrt{x^2} \\color{red}y$.\n',
];
