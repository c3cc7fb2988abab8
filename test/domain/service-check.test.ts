import { describe, expect, it } from 'vitest';
import { Catalogue, type Service, type ServiceType } from '../../src/domain/service.js';
import { checkService } from '../../src/domain/service-check.js';

function service(serviceCode: string, serviceEditionCode: string, more: Partial<Service> = {}): Service {
  const type: ServiceType = 'FormTask';
  return { serviceCode, serviceEditionCode, serviceOwner: null, type, name: 'x', message: null, forms: [], ...more };
}

const CATALOGUE = new Catalogue(
  [{ code: 'SKD', name: 'Skatteetaten', orgNumber: null, ignoreServiceCodes: [], settings: {} }],
  [
    service('1051', '9'),
    service('1051', '201010'),
    service('1051', '20'),
    service('PSA', '2009', { type: 'Correspondence' }),
    service('OWN', '1', { serviceOwner: 'SKD' }),
    ...Array.from({ length: 30 }, (_, at) => service('MANY', String(at + 1))),
  ],
);
const SKD = { ownerCode: 'SKD', catalogue: CATALOGUE };

const check = (serviceCode: string | null, serviceEditionCode: string | null, context: typeof SKD = SKD) =>
  checkService({ serviceCode, serviceEditionCode }, 'FormTask', context);

describe('checkService', () => {
  it('finds the edition that is named', () => {
    expect(check('1051', '20')).toEqual({ service: service('1051', '20'), serviceEditionCode: '20' });
  });

  it.each([null, '', '  '])('takes the edition with the highest number when it is %j', (edition) => {
    expect(check('1051', edition)).toMatchObject({ serviceEditionCode: '201010' });
  });

  it.each([null, '', '\n '])('fails the code %j with 40006', (code) => {
    expect(check(code, '1')).toMatchObject({ code: 40006 });
    expect(
      checkService({ serviceCode: code, serviceEditionCode: null }, 'FormTask', { ...SKD, catalogue: null }),
    ).toMatchObject({ code: 40006 });
  });

  it('fails an unknown code with 40013', () => {
    expect(check('9999', null)).toMatchObject({ code: 40013, message: expect.stringContaining("'9999'") });
  });

  it('takes a code as it stands, and says when white space is all that is wrong with it', () => {
    expect(check(' 1051', null)).toMatchObject({ code: 40013, message: expect.stringContaining("'1051' is expected") });
  });

  it('fails an unknown edition with 30006 and names the known ones, newest first', () => {
    expect(check('1051', '3')).toMatchObject({ code: 30006, message: expect.stringContaining('201010, 20, 9') });
  });

  it('names ten editions at most', () => {
    expect(check('MANY', '99')).toMatchObject({
      message: expect.stringContaining('30, 29, 28, 27, 26, 25, 24, 23, 22, 21 and 20 more'),
    });
  });

  it('fails a service of the wrong type with 40019 and names both types', () => {
    const wrong = check('PSA', '2009');
    expect(wrong).toMatchObject({ code: 40019, message: expect.stringMatching(/Correspondence.*FormTask/) });
  });

  it("fails another owner's service with 30005", () => {
    expect(check('OWN', '1')).toHaveProperty('service');
    const wrong = check('OWN', '1', { ...SKD, ownerCode: 'NAV' });
    expect(wrong).toMatchObject({ code: 30005, message: expect.stringMatching(/SKD.*NAV/) });
  });

  it('lets any code and edition pass without a catalogue', () => {
    const context = { ownerCode: 'SKD', catalogue: null };
    expect(checkService({ serviceCode: 'X', serviceEditionCode: '7' }, 'FormTask', context)).toEqual({
      service: null,
      serviceEditionCode: '7',
    });
    expect(checkService({ serviceCode: 'X', serviceEditionCode: ' ' }, 'FormTask', context)).toEqual({
      service: null,
      serviceEditionCode: null,
    });
  });
});
