// Runs before the first paint, as a file of its own because the content security policy refuses inline scripts.
// The choice (system, light or dark) is stored by Settings, which then sends `parley-theme`.
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function applyTheme() {
  let theme = 'system';
  try {
    theme = localStorage.getItem('parley.theme') ?? 'system';
  } catch {
    // Storage can be blocked in a browser; the system's theme is the answer then.
  }
  if (theme !== 'light' && theme !== 'dark') theme = systemIsDark.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
}

applyTheme();
systemIsDark.addEventListener('change', applyTheme);
window.addEventListener('storage', applyTheme);
window.addEventListener('parley-theme', applyTheme);
