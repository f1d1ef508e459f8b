import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.ts';

/** A button that opens a list of actions. `trigger` is the button's element. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner sideOffset={4} align="end" className="outline-none">
          <BaseMenu.Popup className="min-w-36 rounded-base border border-line bg-raised py-1 text-small shadow-float outline-none">
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

type MenuItemProps = { icon?: ReactNode; danger?: boolean; onSelect: () => void; children: ReactNode };

export function MenuItem({ icon, danger = false, onSelect, children }: MenuItemProps) {
  return (
    <BaseMenu.Item
      onClick={onSelect}
      className={classNames(
        'flex min-h-8 cursor-pointer items-center gap-2 px-3 outline-none select-none data-highlighted:bg-hover',
        danger && 'text-danger',
      )}
    >
      {icon}
      {children}
    </BaseMenu.Item>
  );
}
