/** The four formats of a shipment (formats.md section 5, "Accepted"). */
export type Format = 'prefill' | 'subscription' | 'correspondence' | 'altut';

export const FORMATS: readonly Format[] = ['prefill', 'subscription', 'correspondence', 'altut'];
