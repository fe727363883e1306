import type { NumberingPlan } from './numbering-plan.ts';

/**
 * The French numbering plan, as Arcep publishes it. The first row that fits the whole national number is its class.
 * `free` is never barred; `premium` is surcharged, and so is every short or special number we cannot name.
 */
export const numberingFr: NumberingPlan = {
  country: 'FR',
  code: '+33',
  national: '0',
  international: '00',
  // Arcep, list of the emergency numbers: free, and routed by where the caller is (CPCE D.98-8).
  emergency: new Set(['15', '17', '18', '112', '114', '115', '119', '191', '196', '197', '116000', '116117']),
  // Per call, the caller's number is withheld: 3651 on fixed lines, *31* and #31# on boxes and mobiles, *31# on some.
  clir: ['3651', '*31*', '*31#', '#31#'],
  short: [
    { pattern: /^116\d{3}$/, reach: 'free', what: 'harmonised service of social value' },
    { pattern: /^118\d{3}$/, reach: 'premium', what: 'directory enquiries' },
    { pattern: /^10\d{2}$/, reach: 'national', what: 'operator assistance' },
    // Arcep, decision 2018-0881 as amended by 2022-1583, annex 1 §2.4.9: 3000 to 3007, 3009 to 3169, 3180 to 3199.
    { pattern: /^3(?:00[0-79]|0[1-9]\d|1[0-689]\d)$/, reach: 'free', what: 'free short number' },
    // Every operator's own: the price of special numbers (3008), the portability code of a line (3179).
    { pattern: /^(?:3008|3179)$/, reach: 'free', what: 'free service of the operator' },
    { pattern: /^3919$/, reach: 'free', what: 'free short number by exception' },
    // Law 2018-727 of 10 August 2018, art. 28: what the state's administrations and social security are asked at costs a call since
    // 1 January 2021. Family allowances 3230, maintenance 3238, health insurance 3646, Allô Service Public 3939, employment 3949,
    // pensions 3960, abuse of the elderly 3977. There is no public list: the others count as surcharged.
    {
      pattern: /^(?:3230|3238|3646|3939|3949|3960|3977)$/,
      reach: 'national',
      what: 'short number at the price of a call',
    },
    // §2.4.10: the rest of 3BPQ may be surcharged.
    { pattern: /^3\d{3}$/, reach: 'premium', what: 'surcharged short number' },
  ],
  long: [
    { pattern: /^0700\d{10}$/, reach: 'mobile', what: 'machine (14 digits)' },
    { pattern: /^0[67]\d{8}$/, reach: 'mobile', what: 'mobile' },
    { pattern: /^080[0-5]\d{6}$/, reach: 'free', what: 'free special number' },
    { pattern: /^080[6-9]\d{6}$/, reach: 'national', what: 'special number at the price of a call' },
    { pattern: /^08\d{8}$/, reach: 'premium', what: 'surcharged special number' },
    {
      pattern: /^(?:01(?:62|63)|02(?:70|71)|03(?:77|78)|04(?:24|25)|05(?:68|69)|09(?:48|49))\d{6}$/,
      reach: 'national',
      what: 'verified number of an automatic caller',
    },
    { pattern: /^0947[5-9]\d{5}$/, reach: 'national', what: 'verified number of an automatic caller' },
    { pattern: /^09(?:37|38|39)\d{6}$/, reach: 'national', what: 'platform' },
    { pattern: /^0[1-5]\d{8}$/, reach: 'national', what: 'geographic' },
    { pattern: /^09\d{8}$/, reach: 'national', what: 'not geographic' },
  ],
  // Dialled like a national number, though the country code is another: the longest beginning wins.
  overseas: [
    // 06 39 98 is not Mayotte's: Arcep keeps it for fiction, and so do the town's examples.
    { pattern: /^0(?:262|263|269|692|693|639(?!98))\d{6}$/, code: '+262' },
    { pattern: /^0(?:590|690|691)\d{6}$/, code: '+590' },
    { pattern: /^0(?:594|694)\d{6}$/, code: '+594' },
    { pattern: /^0(?:596|696|697)\d{6}$/, code: '+596' },
    { pattern: /^09475\d{5}$/, code: '+590' },
    { pattern: /^09476\d{5}$/, code: '+594' },
    { pattern: /^09477\d{5}$/, code: '+596' },
    { pattern: /^0947[89]\d{5}$/, code: '+262' },
  ],
  // Between operators a ported number may carry five digits in front: +33 10200 123456789.
  ported: { total: 14, strip: 5 },
};
