const copied = [
  'direction',
  'boxSizing',
  'width',
  'paddingTop',
  'paddingRight',
  'paddingBottom',
  'paddingLeft',
  'fontFamily',
  'fontSize',
  'fontWeight',
  'lineHeight',
  'letterSpacing',
  'tabSize',
] as const;

/** Where a place in a text area stands on the screen, in pixels: a copy of the area is laid out to find out. */
export function caretPosition(area: HTMLTextAreaElement, index: number): { left: number; top: number } {
  const style = getComputedStyle(area);
  const copy = document.createElement('div');
  for (const name of copied) copy.style[name] = style[name];
  Object.assign(copy.style, { position: 'absolute', visibility: 'hidden', top: '0', left: '-9999px' });
  Object.assign(copy.style, { whiteSpace: 'pre-wrap', overflowWrap: 'break-word' });
  copy.textContent = area.value.slice(0, index);
  const mark = document.createElement('span');
  mark.textContent = '\u200b';
  copy.append(mark);
  document.body.append(copy);
  const box = area.getBoundingClientRect();
  const position = {
    left: box.left + mark.offsetLeft,
    top: Math.max(box.top, box.top + mark.offsetTop - area.scrollTop),
  };
  copy.remove();
  return position;
}
