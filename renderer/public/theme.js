// Runs before the first paint, as a file of its own because the content security policy refuses inline scripts.
// The choices (system, light or dark; comfortable or compact) are stored by Settings, which then sends `parley-look`.
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function readChoice(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage can be blocked in a browser; what holds without a choice is the answer then.
    return null;
  }
}

function applyLook() {
  let theme = readChoice('parley.theme');
  if (theme !== 'light' && theme !== 'dark') theme = systemIsDark.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  const isCompact = readChoice('parley.density') === 'compact';
  document.documentElement.dataset.density = isCompact ? 'compact' : 'comfortable';
}

applyLook();
systemIsDark.addEventListener('change', applyLook);
window.addEventListener('storage', applyLook);
window.addEventListener('parley-look', applyLook);
