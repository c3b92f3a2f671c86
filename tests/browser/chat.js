// The host: sends on Enter or on its button, has a shortcut of its own, and counts what it sees.
const input = document.querySelector('#input');
const messages = document.querySelector('.messages');
window.seen = { submitted: 0, shortcuts: 0, events: [] };
const send = () => {
  const said = Object.assign(document.createElement('p'), { className: 'user', textContent: input.value });
  messages.append(said);
  input.value = '';
  messages.scrollTop = messages.scrollHeight;
};
document.querySelector('form').addEventListener('submit', event => {
  event.preventDefault();
  window.seen.submitted += 1;
  send();
});
input.addEventListener('keydown', event => {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  send();
});
document.addEventListener('keydown', event => {
  if (/^[a-z0-9]$/.test(event.key) && event.target.localName !== 'textarea') window.seen.shortcuts += 1;
});
for (const name of ['ask', 'rated', 'dismissed', 'action']) {
  document.addEventListener(`afterword-${name}`, event => window.seen.events.push([name, event.detail]));
}
messages.scrollTop = messages.scrollHeight;
