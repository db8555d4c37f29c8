/** Starts the app: the words first (a small chunk that the service worker keeps), then the screen. */
import { mount } from 'svelte';
import App from './App.svelte';
import { follow, session } from './local/session.svelte';
import { start } from './routes';
import './ui/base.css';
import { preferred, setLanguage } from './ui/words';

follow();
start();
await setLanguage(session.person?.language ?? preferred(), { keep: false });
mount(App, { target: document.getElementById('app')! });
