/**
 * Drives Firefox over WebDriver BiDi for tests written in Python: one JSON command per line on stdin, one JSON answer
 * per line on stdout. `find` is the source of a function that returns the element meant.
 * Usage: node drive.mjs FIREFOX PROFILE-FOLDER
 */
import { createInterface } from 'node:readline';
import puppeteer from 'puppeteer-core';

const [executablePath, userDataDir] = process.argv.slice(2);
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath,
  userDataDir,
  headless: true,
  extraPrefsFirefox: { 'intl.accept_languages': 'fi-FI', 'intl.locale.requested': 'fi' },
});
const [page] = await browser.pages();
await page.setViewport({ width: 390, height: 844 });
const faults = [];
page.on('pageerror', (error) => faults.push(String(error)));

const commands = {
  go: (address) => page.goto(address, { waitUntil: 'load' }).then(() => null),
  reload: () => page.reload({ waitUntil: 'load' }).then(() => null),
  run: (source, given) => page.evaluate(`(${source})(...${JSON.stringify(given)})`),
  click: (source, given) => element(source, given, (found) => found.click()),
  type: (source, given, text) => element(source, given, (found) => found.type(text)),
  choose: (source, given, path) => element(source, given, (found) => found.uploadFile(path)),
  faults: async () => faults,
  close: () => browser.close().then(() => null),
};

async function element(source, given, act) {
  const handle = await page.evaluateHandle(`(${source})(...${JSON.stringify(given)})`);
  await act(handle.asElement());
  return null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, given } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: await commands[command](...given) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
  if (command === 'close') process.exit();
}
