import type { Mermaid, MermaidConfig } from 'mermaid';

/** A diagram as the address of an image, with its size in pixels. */
export type Drawing = { source: string; width: number; height: number };

const drawings = new Map<string, Drawing>();
const drawingLimit = 60;
/** Mermaid is set up for the whole page, so one diagram is drawn after the other. */
let queue: Promise<unknown> = Promise.resolve();
let lastId = 0;

/** The drawing of a diagram that was drawn before. */
export function drawnMermaid(code: string, isDark: boolean): Drawing | undefined {
  return drawings.get(`${String(isDark)} ${code}`);
}

/**
 * Draws a diagram. The result is shown as an image: whatever a model put into it, nothing in an image runs, links or
 * loads.
 */
export function drawMermaid(code: string, isDark: boolean): Promise<Drawing> {
  const drawn = queue.then(() => draw(code, isDark));
  queue = drawn.catch(() => undefined);
  return drawn;
}

async function draw(code: string, isDark: boolean): Promise<Drawing> {
  const known = drawnMermaid(code, isDark);
  if (known) return known;
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize(setup());
  lastId += 1;
  const drawing = toImage(await render(mermaid, `diagram-${lastId}`, code));
  drawings.set(`${String(isDark)} ${code}`, drawing);
  const [oldest] = drawings.keys();
  if (drawings.size > drawingLimit && oldest !== undefined) drawings.delete(oldest);
  return drawing;
}

/** Mermaid measures texts on the page, and leaves its workshop there when a diagram is wrong. */
async function render(mermaid: Mermaid, id: string, code: string): Promise<string> {
  const workshop = document.createElement('div');
  workshop.className = 'diagram-workshop';
  workshop.setAttribute('aria-hidden', 'true');
  document.body.append(workshop);
  try {
    return (await mermaid.render(id, asText(code), workshop)).svg;
  } finally {
    workshop.remove();
  }
}

/**
 * Mermaid measures labels as HTML before it cleans them, so that an `onerror` in one would run if the page let it. Tags
 * with attributes are written as text; `<br>` and arrows have none.
 */
function asText(code: string): string {
  return code.replaceAll(/<(\/?[a-z][^<>]*=[^<>]*)>/gi, '#lt;$1#gt;');
}

function setup(): MermaidConfig {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    htmlLabels: false,
    fontFamily: 'ui-sans-serif, system-ui, sans-serif',
    theme: 'base',
    themeVariables: {
      darkMode: document.documentElement.dataset['theme'] === 'dark',
      background: colour('--paper'),
      primaryColor: colour('--accent-soft'),
      primaryTextColor: colour('--ink'),
      primaryBorderColor: colour('--accent'),
      secondaryColor: colour('--paper-hover'),
      tertiaryColor: colour('--paper-sunken'),
      lineColor: colour('--line-strong'),
      textColor: colour('--ink'),
      noteBkgColor: colour('--warning-soft'),
      noteTextColor: colour('--ink'),
      noteBorderColor: colour('--warning'),
      fontSize: '15px',
      useGradient: false,
      dropShadow: 'none',
    },
  };
}

/** Through the HTML parser and back out as XML: an image has to be well-formed, and HTML in labels need not be. */
function toImage(markup: string): Drawing {
  const svg = new DOMParser().parseFromString(markup, 'text/html').querySelector('svg');
  if (!svg) throw new Error('The diagram is empty.');
  const [, , width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (!(width > 0 && height > 0)) throw new Error('The diagram is empty.');
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.style.maxWidth = '';
  const source = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  return { source, width: Math.ceil(width), height: Math.ceil(height) };
}
