import { create } from 'zustand';

type Sink = (files: File[]) => void;

type ImageSink = { sink: Sink | null; setSink: (sink: Sink | null) => void };

/** Who takes images that are dropped on the window; nobody where no chat is on screen. */
export const useImageSink = create<ImageSink>(set => ({ sink: null, setSink: sink => set({ sink }) }));
