import { createContext } from 'react';

export type BlockState = {
  /** The block's markdown as it was parsed: positions of nodes point into it. */
  source: string;
  /** Whether code in it may still grow. */
  isGrowing: boolean;
  /** Beginning of ids that are unique on the page. */
  scope: string;
};

/** The block around. Not a prop: other components for a settled block would mount it anew. */
export const BlockContext = createContext<BlockState>({ source: '', isGrowing: false, scope: '' });
