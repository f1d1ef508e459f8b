import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron';

/** What a right click offers; empty where there is nothing to do. Electron has no such menu of its own. */
export function contextMenu(
  params: Pick<ContextMenuParams, 'isEditable' | 'editFlags' | 'selectionText' | 'linkURL'>,
  copyText: (text: string) => void,
): MenuItemConstructorOptions[] {
  const { isEditable, editFlags, selectionText, linkURL } = params;
  const items: MenuItemConstructorOptions[] = [];
  if (/^(https?|mailto):/i.test(linkURL)) items.push({ label: 'Copy Link', click: () => copyText(linkURL) });
  if (isEditable) {
    items.push(
      { role: 'cut', enabled: editFlags.canCut },
      { role: 'copy', enabled: editFlags.canCopy },
      { role: 'paste', enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', enabled: editFlags.canSelectAll },
    );
  } else if (selectionText.trim() !== '') {
    items.push({ role: 'copy' });
  }
  return items;
}
