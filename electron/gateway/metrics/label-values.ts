/** The values a label may take: as many as a time series database likes, and then `other`. */
export type LabelValues = {
  /** A value is taken in where it is known to be real; an unknown one from outside is `other`. */
  of(value: string, isReal: boolean): string;
};

export function createLabelValues(most: number): LabelValues {
  const known = new Set<string>();
  return {
    of(value, isReal) {
      if (known.has(value)) return value;
      if (!isReal || known.size >= most) return 'other';
      known.add(value);
      return value;
    },
  };
}
