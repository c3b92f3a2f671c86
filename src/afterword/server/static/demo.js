// The demo's page: the chat sends lines to the scripted agent, the figures follow what is rated.
const find = id => document.getElementById(id);
const { conversation } = document.querySelector('.stage').dataset;
let mark = '';

const add = (who, text) => {
  const line = document.createElement('li');
  line.className = who;
  line.textContent = text;
  find('talk').append(line);
  line.scrollIntoView({ block: 'nearest' });
};

const say = async text => {
  find('starters').hidden = true;
  add('user', text);
  try {
    const answer = await fetch('demo/say', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ conversation, text }),
    });
    const told = await answer.json();
    add('agent', answer.ok ? told.answer : told.detail);
  } catch {
    add('agent', 'The demo has ended. Start it again to go on.');
  }
  look();
};

const look = async () => {
  const told = await fetch(`demo/now?conversation=${conversation}&mark=${mark}`)
    .then(answer => (answer.ok ? answer.json() : null))
    .catch(() => null);
  if (!told) return;
  find('story').replaceChildren(
    ...told.story.map(line => Object.assign(document.createElement('li'), { textContent: line })),
  );
  if (told.figures === null) return;
  find('figures').innerHTML = told.figures; // written and escaped by the server's own template
  find('rated').textContent = told.rated.toLocaleString('en');
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (mark && !isCalm) find('rated').animate([{ opacity: 0.2 }, { opacity: 1 }], 600);
  mark = told.mark;
};

find('composer').addEventListener('submit', event => {
  event.preventDefault();
  const text = find('said').value.trim();
  find('said').value = '';
  if (text) say(text);
});
for (const button of find('starters').children) {
  button.addEventListener('click', () => say(button.textContent));
}
for (const event of ['afterword-ask', 'afterword-rated', 'afterword-dismissed']) {
  document.addEventListener(event, () => setTimeout(look, 300));
}
setInterval(() => document.hidden || look(), 2000);
look();
