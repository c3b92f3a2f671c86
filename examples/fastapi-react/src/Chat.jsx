import { useState } from 'react';

const AFTER_NEGATIVE = [
  { label: 'Try again', value: 'again' },
  { label: 'Talk to a person', value: 'person' },
];

// By ref and not as a prop: React makes a prop an attribute where the widget's script comes later
// than the first render.
const offer = element => {
  if (element) element.afterNegative = AFTER_NEGATIVE;
};

const post = async said => {
  try {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch('/chat', { method: 'POST', headers, body: JSON.stringify(said) });
    return (await response.json()).answer;
  } catch {
    return 'That did not work. Please try again.';
  }
};

export function Chat({ server, publishableKey, conversation }) {
  const [messages, setMessages] = useState([]);
  const [text, setText] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [isOpen, setIsOpen] = useState(true);

  const add = (role, said) => setMessages(before => [...before, { role, text: said }]);

  const send = async said => {
    add('user', said);
    setText('');
    setIsBusy(true);
    add('agent', await post({ conversation, text: said }));
    setIsBusy(false);
  };

  const submit = event => {
    event.preventDefault();
    if (text.trim() && !isBusy) send(text.trim());
  };

  const act = ({ detail }) => {
    if (detail.value === 'again') send(messages.find(({ role }) => role === 'user').text);
    else add('agent', 'A person will write to you today.');
  };

  if (!isOpen) return <button onClick={() => setIsOpen(true)}>Open chat</button>;
  return (
    <main>
      <button onClick={() => setIsOpen(false)}>Close chat</button>
      <div role="log">
        {messages.map((message, index) => (
          <p key={index} className={message.role}>{message.text}</p>
        ))}
      </div>
      <afterword-rating
        ref={offer}
        server={server}
        publishable-key={publishableKey}
        conversation={conversation}
        token-url="/token"
        composer="#composer"
        busy={isBusy}
        onafterword-action={act}
      />
      <form onSubmit={submit}>
        <input id="composer" aria-label="Message" value={text} onChange={event => setText(event.target.value)} />
        <button disabled={isBusy}>Send</button>
      </form>
    </main>
  );
}
