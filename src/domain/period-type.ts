/** The legal values of PeriodType (formats.md section 5). */
export const PERIOD_TYPES = [
  'Annual',
  'Semiannual',
  'Quarterly',
  'Tertiary',
  'Bimonthly',
  'Monthly',
  'Fortnightly',
  'Weekly',
  'Daily',
  'Once',
] as const;

export type PeriodType = (typeof PERIOD_TYPES)[number];

export function isPeriodType(value: string): value is PeriodType {
  return PERIOD_TYPES.some((one) => one === value);
}
