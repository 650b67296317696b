import {useState} from 'react';
import {createRoot} from 'react-dom/client';
import {SseChat} from 'sse-chat/react';

const headers = () => ({'x-page': 'react'});

function App() {
  const [heading, setHeading] = useState('Ask React');
  const [sent, setSent] = useState('');
  const [shown, setShown] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setHeading('Ask React again')}>
        Rename
      </button>
      <button type="button" onClick={() => setShown(false)}>
        Remove
      </button>
      <output>{sent}</output>
      {shown && (
        <SseChat
          endpoint="/chat"
          history="none"
          heading={heading}
          headers={headers}
          onChatSend={event => setSent(event.text)}
          // @ts-expect-error: the event has no such field, so it is typed.
          onChatToken={event => event.noSuchField}
        />
      )}
    </>
  );
}

createRoot(document.getElementById('app')!).render(<App />);
