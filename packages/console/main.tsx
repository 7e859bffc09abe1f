/** Where the console begins: its settings, then the sign-in, then the pages. */
import { render } from 'preact';
import { Console } from './app.tsx';
import { finishSignIn, isReturn } from './session/sign-in.ts';
import { readSettings } from './settings.ts';
import './style/colours.css';
import './style/base.css';
import './style/frame.css';
import './style/parts.css';
import './style/states.css';
import './style/tables.css';
import './style/charts.css';
import { SignedOut } from './pages/signed_out/signed-out-page.tsx';

const base = new URL('.', document.baseURI).href;
const place = document.getElementById('console') ?? document.body;

try {
  const settings = await readSettings(base);
  const address = new URL(location.href);
  document.title = `MRT ${settings.stage}`;
  if (isReturn(address)) {
    // Neither code nor state stay in the address or the history.
    history.replaceState(null, '', base);
    const { tokens, returnTo } = await finishSignIn(settings, base, address);
    history.replaceState(null, '', returnTo);
    render(<Console settings={settings} base={base} tokens={tokens} />, place);
  } else {
    render(<SignedOut settings={settings} base={base} />, place);
  }
} catch (error) {
  render(<SignedOut settings={null} base={base} fault={(error as Error).message} />, place);
}
