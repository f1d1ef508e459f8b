import { app } from 'electron';

/** The installed app as a command line: no window, and no second Parley in the way of one that runs. */
export function beCommandLine(run: () => Promise<number>): void {
  // Chromium ends a program without a display a moment after its start, whatever it is doing.
  if (lacksDisplay()) {
    process.stderr.write(
      'parley: The installed Parley needs a display, even for this. Put xvfb-run -a before it, or run Parley from its source.\n',
    );
    return app.exit(1);
  }
  app.dock?.hide();
  // Chromium takes the signals that stop a program for itself.
  app.on('will-quit', event => {
    event.preventDefault();
    if (!process.emit('SIGTERM')) app.exit(143);
  });
  void run().then(code => app.exit(code));
}

function lacksDisplay(): boolean {
  const { DISPLAY: x11, WAYLAND_DISPLAY: wayland } = process.env;
  return process.platform === 'linux' && !x11 && !wayland;
}
