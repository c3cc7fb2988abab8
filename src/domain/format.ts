export const FORMATS = ['prefill', 'subscription', 'correspondence', 'altut'] as const;

/** The four formats of a shipment (formats.md section 5, "Accepted"). */
export type Format = (typeof FORMATS)[number];
