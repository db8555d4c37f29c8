/** The phone's camera inside the app, where the browser has one and its person allows it. */
export type Facing = 'environment' | 'user';

/** Whether there is any point in asking. */
export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === 'function' && isSecureContext;
}

/** The camera's picture, as large as it gives it. Rejects where it is refused, missing or in use. */
export function openCamera(facing: Facing): Promise<MediaStream> {
  const video = { facingMode: { ideal: facing }, width: { ideal: 2560 }, height: { ideal: 1920 } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

/** Let the camera go, so that its light goes out. */
export function closeCamera(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Whether the camera has a lamp that can be switched on. */
export function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0];
  return !!(track?.getCapabilities?.() as { torch?: boolean } | undefined)?.torch;
}

/** Switch the lamp; resolves to whether it is on now. */
export async function lit(stream: MediaStream, isOn: boolean): Promise<boolean> {
  try {
    await stream.getVideoTracks()[0]!.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] });
    return isOn;
  } catch {
    return !isOn;
  }
}

/** How many cameras there are to change between. Known only once one is open. */
export async function countCameras(): Promise<number> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === 'videoinput').length;
}
