/**
 * Devices of one peer, driven by lines of JSON: {call, device, do, with} → {call, found, seconds} or {call, error}.
 * The seconds are taken here, so that the way to this program does not count. Usage: node drive.mjs MODULE
 */
import { createInterface } from 'node:readline';

const { Device } = await import(process.argv[2]);
const devices = new Map();

async function perform({ device, do: what, with: given }) {
  if (what === 'open') devices.set(device, new Device(given));
  const begin = performance.now();
  const found = await devices.get(device)[what](given);
  return { found, seconds: (performance.now() - begin) / 1000 };
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const asked = JSON.parse(line);
  const answer = await perform(asked).catch((error) => ({ error: String(error?.stack ?? error) }));
  process.stdout.write(`${JSON.stringify({ call: asked.call, ...answer })}\n`);
});
