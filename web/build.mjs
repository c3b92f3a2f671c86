// What is served of the widget: `node build.mjs FILE` writes widget/widget.js there, minified.
import { readFileSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const source = readFileSync(new URL('widget/widget.js', import.meta.url), 'utf8');
// Around these signs a blank means nothing in this style, and no string of it holds one.
const [before, style, after] = source.split(/(?<=STYLE = `)([^`]*)/);
const short = style
  .replace(/\s+/g, ' ')
  .replace(/ ?([{};,>]) ?/g, '$1')
  .replace(/: /g, ':')
  .replace(/;}/g, '}')
  .trim();
const { code } = await minify(before + short + after, {
  module: true,
  ecma: 2020,
  compress: { passes: 3, unsafe: true }, // unsafe where built-ins are replaced by other things
  format: { comments: false },
});
writeFileSync(process.argv[2], `// Made by \`make widget\`.\n${code}\n`);
