import { app } from 'electron';

type Ways = {
  run: () => Promise<number>;
  /** Runs it while this thread is held; undefined where that cannot be. */
  runWithoutDisplay: () => number | undefined;
};

/** The installed app as a command line: no window, and no second Parley in the way of one that runs. */
export function beCommandLine({ run, runWithoutDisplay }: Ways): void {
  if (lacksDisplay()) {
    const code = runWithoutDisplay();
    if (code === undefined) {
      process.stderr.write(
        'parley: Without a display the installed Parley could not start this. Put xvfb-run -a before it, or run Parley from its source.\n',
      );
    }
    return endAtOnce(code ?? 1);
  }
  app.dock?.hide();
  // Chromium takes the signals that stop a program for itself.
  app.on('will-quit', event => {
    event.preventDefault();
    if (!process.emit('SIGTERM')) app.exit(143);
  });
  void run().then(code => app.exit(code));
}

/** Electron's own exit waits for threads of the worker that are ending, and now and then finds one gone: it aborts then. */
function endAtOnce(code: number): void {
  // Safe: what `process.exit` is made of, in every Node.
  (process as unknown as { reallyExit: (code: number) => void }).reallyExit(code);
}

function lacksDisplay(): boolean {
  const { DISPLAY: x11, WAYLAND_DISPLAY: wayland } = process.env;
  return process.platform === 'linux' && !x11 && !wayland;
}
