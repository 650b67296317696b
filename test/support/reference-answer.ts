import {integer, seededRandom} from './seeded-random.ts';

const OPENING = `# تقرير · Streaming, 流式传输 & friends

A stream is *just bytes* — but the reader wants **words**. Here is what happens between the two, with an emoji 👩‍👩‍👧‍👦, a flag 🇯🇵, and a maths letter 𝔸.

## 1. Code

\`\`\`ts
// A generator, because a stream has an end: "\\n\\n" separates events.
export async function* lines(body: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const {done, value} = await reader.read();
    rest += decoder.decode(value, {stream: !done});
    const parts = rest.split(/\\r\\n|\\n|\\r/);
    rest = parts.pop() ?? '';
    yield* parts;
    if (done) return;
  }
}
\`\`\`

\`\`\`python
async def chat(prompt: str):
    async for token in model(prompt):
        yield f"data: {json.dumps({'token': token}, ensure_ascii=False)}\\n\\n"
    yield "data: [DONE]\\n\\n"
\`\`\`

## 2. العربية

يبدأ الخادم بإرسال **الرموز** واحدًا تلو الآخر، ثم يقول إن الجواب قد انتهى. إذا انقطع الاتصال، يُكمل العميل من حيث توقّف: لا كلمة مفقودة ولا كلمة مكرّرة. 

## 3. 中文・日本語・한국어

服务器一个接一个地发送词元。连接中断时,客户端会从断点继续。サーバーは答えの終わりを必ず告げます。연결이 끊기면 이어서 받습니다。

## 4. Table

| case | bytes | what is shown |
|:-----|------:|:-------------|
`;

const CLOSING = `
> "Only what the server said makes it complete." — and a line of code, \`[DONE]\`, is no proof.

1. First, the text. 
2. Then its end.
   - nested, with a tab:\there
   - and two blank lines below


3. Done ✅ — data: [DONE] is only text here, and so is {"token": "x"}.

***

Ende. 𝒬.𝓔.𝒟. 🏁`;

const WORDS =
  'stream token byte event server answer reader line cut join socket bärtig naïve Straße 词元 رمز 🙂 𝕏 «quoté» half–way'.split(
    ' ',
  );

/**
 * A Markdown answer of about 2,000 tokens: code, tables, Arabic, CJK, emoji of several code points, tokens that are
 * only line breaks. The text and the tokens are the same every time.
 */
export const referenceTokens: readonly string[] = tokenize(compose());
export const referenceText = referenceTokens.join('');

function compose(): string {
  const random = seededRandom(20_260_115);
  const word = () => WORDS[integer(random, 0, WORDS.length)] ?? '';
  const sentence = (length: number) => Array.from({length}, word).join(' ');
  let text = OPENING;
  for (let row = 1; row <= 28; row++)
    text += `| ${row} ${word()} | ${integer(random, 0, 9999)} | ${sentence(4)} |\n`;
  for (let part = 5; part <= 8; part++) {
    text += `\n## ${part}. ${sentence(3)}\n\n${sentence(60)}.\n\n- ${sentence(12)}\n- **${sentence(5)}**: ${sentence(20)}\n`;
    text += `\n\`\`\`js\nconst ${'abcd'[part - 5]} = '${sentence(6)}';\n\n\nreturn ${part};\n\`\`\`\n`;
  }
  return text + CLOSING;
}

/** Splits text like a model's vocabulary: words with the space before them, pieces of long words, line breaks. */
function tokenize(text: string): string[] {
  return text.match(/\n+| ?[\p{L}\p{M}]{1,5}|[\p{L}\p{M}]{1,5}| ?\p{N}{1,3}|[^\S\n]+|./gu) ?? [];
}
