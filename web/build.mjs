// What is served of the widget: `node build.mjs FILE` writes widget/widget.js there, minified.
import { readFileSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const source = readFileSync(new URL('widget/widget.js', import.meta.url), 'utf8');
// No string of the style holds blanks that matter, nor a colon before one: `a :hover` is not in it.
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
  compress: { passes: 3 },
  format: { comments: false },
});
writeFileSync(process.argv[2], `// Made from web/widget/widget.js by \`make widget\`.\n${code}\n`);
